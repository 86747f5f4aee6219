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
help = I can check availability and prices, book, tell you how your reservation stands, change it and cancel it. For example: “a double from 20 to 22 December for 2”. To talk to the team, { reach }.
ask-dates = What day do you arrive, and what day do you leave? For example: “from 20 to 22 December”.
ask-party = How many people are coming? If there are children, tell me their ages too.
ask-offer = Which one would you like? Answer with its number or name.
ask-name = Whose name is the reservation for? First name and surname, please.
ask-email = What is your e-mail address?
ask-phone = And a phone number? With the country code if it is from another country.
no-such-offer = That option is not on the list. Answer with the number or name of one of those I showed you.
not-that-room = That room is not free on those dates, or not made for that many guests; see whether another one suits you.
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
looking-again = The hotel’s booking system is not answering right now, and I will not give you figures that are not certain. I keep trying and will write to you as soon as I know; if it cannot wait, { reach }.
asking-again = I can’t finish the booking right now: one of the hotel’s systems is not answering, and nothing is booked yet. I keep trying and will ask you again as soon as I can; if it cannot wait, { reach }.
stale = The hotel’s system is not answering right now: this is the last I know and it may have changed. I’ll check before booking anything.
change-asking-again = I can’t change the reservation right now: one of the hotel’s systems is not answering, so it stands as it was. I keep trying and will ask you again as soon as I can; if it cannot wait, { reach }.
failed = Something went wrong on our side and I could not deal with your message. Please send it again, or { reach }.
voice-unheard = I couldn’t listen to your voice message. Please write to me, or { reach }.
heard = This is what I heard: “{ $words }”.
heard-yes = A spoken “yes” is not enough for me to book, change or cancel: please write it or press the button.
picture-unseen = I can’t see pictures, videos or documents yet. Tell me in writing what you need, or { reach }.
not-text = I can’t read that kind of message. Please write to me, or { reach }.
receipt-kept = Your file has arrived. I can’t see it myself: somebody at the hotel will look at it and get back to you.

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
    If you need to change or cancel it, write “change my reservation” or “cancel my reservation”.
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

## Reservations that exist: whose, changes, arriving and leaving

still-changing = Your reservation is being changed right now. I’ll tell you as soon as I know how it stands; please wait for that.
ask-reservation-code = What is the code of your reservation? If you also write the surname or e-mail it is under, I’ll look it up right away.
ask-surname = To be sure that it is yours: what surname or e-mail is the reservation under?
without-code = Without the code and the surname or e-mail of the reservation I cannot look it up here. For that, { reach }.
no-such-reservation = I cannot find a reservation with those details. Check the code and the surname or e-mail and write them again, or { reach }.
too-many-lookups = I cannot look up any more reservations here; the hotel’s team has been told. You can also get in touch: { reach }.
ask-change =
    Your reservation { $code } is now: { $room }, { $party }, { $stay }.
    What would you like to change? Tell me the new dates, how many people are coming or which room you prefer.
change-not-free = That change is not possible: nothing is free. Your reservation stays as it is. Shall we try other dates or another room?
change-not-allowed = The hotel does not accept such a stay in that room. Your reservation stays as it is. Shall we try other dates?
change-does-not-fit = That room does not hold so many people. Your reservation stays as it is. Would you like another type of room, or more rooms?
change-lock-ended = The time to confirm the change is over and I have changed nothing: your reservation stays as it is. If you want it, tell me again.
change-dropped = All right, I change nothing: your reservation stays as it is.
changing = I’m changing your reservation. I’ll tell you as soon as it is done; until then it stays as it was.
checking-change = The hotel has not answered me in time, and I’m checking whether the change was made. I’ll write as soon as I know; please do not repeat it.
checking-in = I’m checking you in. I’ll tell you as soon as it is done.
checking-out = I’m checking you out. I’ll tell you as soon as it is done.
not-checked-in = I could not check you in here. Please come to reception, or { reach }.
not-checked-out = I could not check you out here. Please come to reception, or { reach }.
check-in-online = You can check in here on the day of arrival, from { $check-in }.
check-in-online-code = { check-in-online } If you have a reservation and would like to, tell me its code.
ask-arrival-time = At what time do you expect to arrive? I’ll tell reception.
late-checkout-taken = I’m sorry: another guest arrives into the room that day, so leaving later than { $check-out } is not possible. We keep your luggage if you need it.
cancel-free = Cancelling it now is free of charge.
cancel-free-until = Cancelling it now is free of charge: it is free until { $day } at { $time } (hotel time).
cancel-fee = Under the hotel’s terms, cancelling it now costs { $fee }.
cancel-fee-since = Under the hotel’s terms, cancelling it now costs { $fee }: it was free until { $day } at { $time } (hotel time).
cancel-terms-unknown = I do not have the hotel’s cancellation terms: if there is a charge, the team will tell you.
cancelled-fee = Cancellation charge: { $fee }.
ask-change-yes =
    Shall I change your reservation { $code }?
    Now: { $room-before }, { $party-before }, { $stay-before }: { $total-before }
    It would be: { $room }, { $party }, { $stay }: { $total }, taxes included
change-costs-more = That is { $difference } more.
change-costs-less = That is { $difference } less.
change-costs-same = The price stays the same.
ask-change-yes-question = Answer “yes” to change it or “no” to leave it as it is. I’m holding it for you until { $until }.
changed =
    Done: your reservation { $code } has been changed.
    { $room }, { $party }
    { $dates }
    Total: { $total } for { nights }, taxes included
not-changed-sold-out = I’m sorry: somebody has just taken those nights and I have changed nothing. Your reservation { $code } stays as it was: { $room }, { $stay }.
not-changed-price-changed = The price has just changed and I have changed nothing. Your reservation { $code } stays as it was: { $room }, { $stay }. Ask again and I’ll tell you the new price.
not-changed-other = The hotel’s system did not accept the change. Your reservation { $code } stays as it was: { $room }, { $stay }. To sort it out, { reach }.
ask-check-in-yes = Shall I check you in now for your reservation { $code } ({ $room })? Answer “yes” or “no”.
ask-check-out-yes = Shall I check you out now of your reservation { $code } ({ $room })? Answer “yes” or “no”.
checked-in = Done: you are checked in for your reservation { $code } ({ $room }). Pick up the key at reception. Enjoy your stay!
checked-out = Done: you are checked out of your reservation { $code }. Please leave the key at reception. Have a good trip!
house-times = Check-in is from { $check-in } and check-out until { $check-out }.
arrival-noted = Noted: you arrive at about { $time }. I’ll tell the team.
late-checkout = You can leave until { $until }{ $fee ->
    [none] { " at no charge" }
   *[other] { " for " }{ $fee }
}{ $approval ->
    [yes] , if the hotel approves
   *[other] { "" }
}.
late-checkout-free = On { $day } nobody arrives into your room. { late-checkout }
late-checkout-asked = I’m asking the team, and they will answer you.
button-change-yes = Yes, change it
button-change-no = No, leave it
button-arrival-yes = Yes
button-arrival-no = No, not yet

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
escalated-urgent = I have told the team of { $hotel } that it is urgent. If anybody is in danger, call { $emergency }.
escalated-urgent-phone = I have told the team of { $hotel } that it is urgent. If you cannot wait, call { $phone }; if anybody is in danger, call { $emergency }.
escalated-danger = If anybody is in danger, call { $emergency } now. I have told the team of { $hotel } that it is urgent.
escalated-danger-phone = If anybody is in danger, call { $emergency } now. I have told the team of { $hotel } that it is urgent; their number is { $phone }.
staff-away-today = The team does not answer messages at this hour: you will hear from them from { $time }.
staff-away-tomorrow = The team does not answer messages at this hour: you will hear from them tomorrow from { $time }.
staff-away-later = The team does not answer messages at this hour: you will hear from them on { $weekday } from { $time }.
unanswered = I have no reliable information about that and do not want to make it up: I have passed your question to the team of { $hotel }.
staff-phone = If you cannot wait, call { $phone }.
ticket-service = Noted ({ $topic }): I have passed it to the team of { $hotel }.
ticket-service-pressing = Noted ({ $topic }): I have passed it to the team of { $hotel } as a priority.
ticket-complaint = I am sorry about what happened. I have passed it to the team of { $hotel } ({ $topic }) to be put right.
ticket-complaint-pressing = I am sorry about what happened. I have passed it to the team of { $hotel } ({ $topic }) as a priority.
topic-towels = towels
topic-bedding = bedding
topic-toiletries = toiletries
topic-cleaning = cleaning
topic-repair = something broken
topic-water = water and bathroom
topic-power = electricity
topic-climate = room temperature
topic-internet = internet
topic-key = door and key
topic-pests = insects
topic-noise = noise
topic-food = food and drink
topic-crib = cot or extra bed
topic-transport = transport
topic-wake-up = wake-up call
topic-luggage = luggage
topic-bill = bill and charges
topic-lost = lost property
topic-staff = how you were treated
topic-other = your message
map = Map: { $url }
pictures = Pictures: { $urls }

## Buttons: 20 characters at most

button-yes = Yes, book it
button-no = No
button-cancel-yes = Yes, cancel
button-cancel-no = No, keep it
menu = See options
