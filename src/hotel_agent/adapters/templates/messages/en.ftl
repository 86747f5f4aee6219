# English, plain international; the month is always spelt out, so day and month cannot be mixed up.

## Pieces

nights = { $nights ->
    [one] 1 night
   *[other] { $nights } nights
}
adults = { $adults ->
    [one] 1 adult
   *[other] { $adults } adults
}
party = { adults }{ $children ->
    [0] { "" }
    [one] { " and 1 child" }
   *[other] { " and " }{ $children } children
}{ $rooms ->
    [one] { "" }
   *[other] { " in " }{ $rooms } rooms
}
day = { $weekday } { $day } { $month } { $year }
stay-one-month = from { $weekday } { $day } to { $weekday2 } { $day2 } { $month2 } { $year2 } ({ nights })
stay-one-year = from { $weekday } { $day } { $month } to { $weekday2 } { $day2 } { $month2 } { $year2 } ({ nights })
stay-two-years = from { $weekday } { $day } { $month } { $year } to { $weekday2 } { $day2 } { $month2 } { $year2 } ({ nights })
reach = { $phone ->
    [none] write “talk to a person”
   *[other] write “talk to a person” or call { $phone }
}

## Small talk and questions

greeting = Hello! I’m the assistant of { $hotel }. Tell me your dates and how many people are coming, and I’ll find you a room. To talk to the team, { reach }.
goodbye = Goodbye for now! Write whenever you need anything else.
thanks = You’re welcome! I’m here if you need anything else.
help = I can check availability and prices, book, tell you how your reservation stands and cancel it. For example: “a double from 20 to 22 December for 2”. To talk to the team, { reach }.
ask-dates = What day do you arrive, and what day do you leave? For example: “from 20 to 22 December”.
ask-party = How many people are coming? If there are children, tell me their ages too.
ask-offer = Which one would you like? Answer with its number or name.
ask-name = Whose name is the reservation for? First name and surname, please.
ask-email = What is your e-mail address?
ask-phone = And a phone number? With the country code if it is from another country.
no-such-offer = That option is not on the list. Answer with the number or name of one of those I showed you.
not-that-room = The room you ask for is not free on those dates; see whether another one suits you.
party-impossible = I can’t search for that number of people. Tell me how many adults and how many children are coming; every room needs at least one adult.
ask-yes-again = To go on I need a clear yes to what I last read out. Answer “yes” or “no”, or tell me what to change.
just-taken = I’m sorry, somebody has just taken that room. I have booked nothing: name another option or other dates and I’ll look.
nothing-to-confirm = There is nothing waiting to be confirmed. Tell me your dates and how many people are coming, and I’ll find you a room.
nothing-to-cancel = I see no reservation to cancel in this conversation. If you booked some other way, { reach }.
no-reservation = I see no reservation of yours in this conversation. If you booked some other way, { reach }.
still-booking = Your reservation is still being made. I’ll tell you as soon as I know; there is no need to repeat it.
kept = All right, your reservation stands. Can I help with anything else?
given-up = All right, let’s leave it: I have booked nothing. If you change your mind, tell me your dates.
cancelling = I’m cancelling your reservation. I’ll tell you as soon as it is done.
lock-ended = I can’t hold the room any longer: the time is up and I have booked nothing. If you want it, tell me and I’ll see whether it is still free.
empty = Your message arrived empty. How can I help?
too-long = That message is too long for me ({ $limit } characters at most). Could you make it shorter?
fallback = Sorry, I didn’t understand. Try “a double from 20 to 22 December for 2”, or { reach }.
out-of-scope = I can’t help with that: I look after reservations at { $hotel }. For anything else, { reach }.
degraded = The hotel’s reservation system is not answering right now, and I won’t tell you anything I’m not sure of. Try again in a few minutes, or { reach }.
stale = The hotel’s system is not answering right now: this is the last I know and it may have changed. I’ll check before booking anything.
locks-down = I can’t set rooms aside right now, so I have booked nothing. Try again in a few minutes, or { reach }.
failed = Something went wrong on our side and I could not deal with your message. Please send it again, or { reach }.

## Dates

ask-departure = You arrive on { $arrival }. What day do you leave, or how many nights will you stay?
ask-which-dates = Which dates do you mean?
answer-with-number = Answer with the number, or write the full dates.
candidate-arrival = arriving on { $arrival }
candidate-arrival-nights = arriving on { $arrival }, { nights }
candidate-departure = leaving on { $departure }
candidate-departure-nights = { nights }, leaving on { $departure }
candidate-nights = { nights }
candidate-open = other dates
dates-past = Those dates are in the past. Which other dates would suit you?
dates-impossible = That date does not exist, or the weekday does not fit it. Could you write it again? For example: “from 20 to 22 December”.
dates-backwards = The departure must be after the arrival. What day do you arrive, and what day do you leave?
dates-too-long = That is too long to book here: { nights } at most. Which dates shall I look for?
dates-too-far = Those dates are too far away: I book { $days } days ahead at most. Which other dates would suit you?

## Rooms and offers

offers = { $dates }, { $party }. Price of the whole stay, taxes included:
offer-line = { $room }: { $total }{ $left ->
    [0] { "" }
   *[other] , { $left } left
}
offers-question-one = Would you like it? Answer “1”, or give me other dates.
assumed = I assumed { $what }; tell me if that is wrong.
assumed-check-in = arrival on { $arrival }
assumed-check-out = departure on { $departure }
nothing-free = I have nothing free { $stay } for { $party }. Shall we try other dates?
party-too-large = I have no room for { $party }: the largest one takes { $largest ->
    [one] 1 person
   *[other] { $largest } people
}. If sharing out suits you, tell me in how many rooms and I’ll look.
room-types = Rooms at { $hotel }:
room-type-line = { $room }: up to { $guests ->
    [one] 1 person
   *[other] { $guests } people
}
room-type-line-priced = { room-type-line }, base rate { $price } a night
room-types-footer = The exact price depends on the days: tell me your dates and how many people are coming, and I’ll give you the total.
room-types-none = I don’t have the list of rooms right now. Tell me your dates and how many people are coming, and I’ll look for what there is, or { reach }.

## Booking

price-changed = Please note: the price has changed from { $before } to { $total }.
ask-yes =
    Before I book, please check that this is right:
    { $room }, { $party }
    { $dates }
    Total: { $total } for { nights }, taxes included
    In the name of { $name }, { $email }, { $guest-phone }
ask-yes-question = Shall I book it? Answer “yes” or “no”. I’m holding it for you until { $until }.
room-held =
    I’m holding for you until { $until }: { $room }, { $party }
    { $dates }
    Total: { $total } for { nights }, taxes included
not-readable = I could not read that. Could you write it again?
not-readable-email = That does not look like an e-mail address. Could you write it again? For example: “name@example.com”.
not-readable-phone = That does not look like a phone number. Could you write it again? With the country code if it is from another country, for example “+44 7700 900000”.
booking-now = I’m making your reservation: { $room }, { $stay }. I’ll tell you in a moment.
checking =
    The hotel has not answered me in time, and I’m checking whether your reservation was made: { $room }, { $stay }. I’ll write as soon as I know; please do not repeat it.
    Reference: { $reference }
confirmed =
    Reservation confirmed! Your code is { $code }.
    { $hotel }
    { $room }, { $party }
    { $dates }
    Total: { $total } for { nights }, taxes included
    In the name of { $name }. Check-in from { $check-in }, check-out until { $check-out }.
    If you need to cancel it, write “cancel my reservation”.
not-booked-sold-out = I’m sorry: { $room }, { $stay }, has just been taken and the reservation was not made. Name another room or other dates and I’ll look.
not-booked-price-changed = The price of { $room }, { $stay }, has just changed and I have booked nothing. Ask for it again and I’ll tell you the new price.
not-booked-stay-rule = The hotel does not accept a stay of { nights } in { $room } for those dates and I have booked nothing. Shall we try other dates or another room?
not-booked-guest-data = The hotel did not accept the contact details and I have booked nothing. Could you write your name, e-mail and phone again?
not-booked-not-found = The hotel no longer offers { $room } and I have booked nothing. Name another room or other dates and I’ll look.
not-booked-other = The hotel’s system did not accept the reservation ({ $room }, { $stay }) and it was not made. Try another option, or { reach }.

## Reservations

ask-cancel-yes =
    Shall I cancel this reservation?
    Code { $code }: { $room }, { $party }
    { $dates }
    Total: { $total } for { nights }
ask-cancel-yes-question = Answer “yes” to cancel it or “no” to keep it.
cancelled = Your reservation { $code } is cancelled. If you would like other dates, tell me.
not-cancelled = I could not cancel your reservation { $code }: it still stands. To sort it out, { reach }.
status-of =
    Your reservation { $code } { $status }.
    { $room }, { $party }
    { $dates }
    Total: { $total } for { nights }
status-pending = is waiting to be confirmed
status-confirmed = is confirmed
status-checked-in = is under way: you have checked in
status-checked-out = is over: you have checked out
status-cancelled = is cancelled
status-overbooked = has a problem of availability: the hotel’s team has to look into it

## Understanding and people

clarify = Just to be sure: would you like to { $guesses }? If not, put it in other words, or { reach }.
clarify-open = Could you put it in other words? You can also get help: { reach }.
intent-greeting = say hello
intent-goodbye = say goodbye
intent-thanks = say thank you
intent-affirm = say yes
intent-deny = say no
intent-help = know what I can do
intent-check-availability = check availability
intent-ask-price = know prices
intent-ask-room-types = see what rooms there are
intent-create-reservation = book a room
intent-modify-reservation = change a reservation
intent-cancel-reservation = cancel a reservation
intent-reservation-status = know how your reservation stands
intent-check-in = check in
intent-check-out = check out
intent-late-checkout = leave later
intent-ask-amenities = know what the hotel has
intent-ask-location = know where the hotel is
intent-ask-policies = know the hotel’s rules
intent-payment = talk about payment
intent-request-service = ask for something
intent-complaint = make a complaint
intent-talk-to-human = talk to a person
intent-provide-details = give me your details
intent-out-of-scope = ask something else
escalated = I’ve told the team of { $hotel } that you would like a person to help you. In the meantime I’m still here.
escalated-phone = I’ve told the team of { $hotel } that you would like a person to help you. If it can’t wait, call { $phone }. In the meantime I’m still here.
escalated-urgent = I’ve told the team of { $hotel } that this is urgent. In an emergency, call the emergency services too.
escalated-urgent-phone = I’ve told the team of { $hotel } that this is urgent. If it can’t wait, call { $phone }; in an emergency, call the emergency services too.

## Buttons: 20 characters at most

button-yes = Yes, book it
button-no = No
button-cancel-yes = Yes, cancel
button-cancel-no = No, keep it
