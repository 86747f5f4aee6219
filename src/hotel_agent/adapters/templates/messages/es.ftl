# Spanish, neutral between Spain and America: "tú", no "vosotros".
# Every message may use $hotel and $phone; $phone is "none" for a hotel without a telephone.

## Pieces

nights = { $nights ->
    [one] 1 noche
   *[other] { $nights } noches
}
adults = { $adults ->
    [one] 1 adulto
   *[other] { $adults } adultos
}
party = { adults }{ $children ->
    [0] { "" }
    [one] { " y 1 niño" }
   *[other] { " y " }{ $children } niños
}{ $rooms ->
    [one] { "" }
   *[other] { " en " }{ $rooms } habitaciones
}
day = { $weekday } { $day } de { $month } de { $year }
stay-one-month = del { $weekday } { $day } al { $weekday2 } { $day2 } de { $month2 } de { $year2 } ({ nights })
stay-one-year = del { $weekday } { $day } de { $month } al { $weekday2 } { $day2 } de { $month2 } de { $year2 } ({ nights })
stay-two-years = del { $weekday } { $day } de { $month } de { $year } al { $weekday2 } { $day2 } de { $month2 } de { $year2 } ({ nights })
reach = { $phone ->
    [none] escribe «hablar con una persona»
   *[other] escribe «hablar con una persona» o llama al { $phone }
}

## Small talk and questions

greeting = ¡Hola! Soy el asistente de { $hotel }. Dime las fechas y cuántas personas vienen y te busco habitación. Para hablar con el equipo, { reach }.
goodbye = ¡Hasta pronto! Si necesitas algo más, escríbeme cuando quieras.
thanks = ¡A ti! Si necesitas algo más, aquí estoy.
help = Puedo ver disponibilidad y precios, reservar, decirte cómo está tu reserva y cancelarla. Por ejemplo: «una doble del 20 al 22 de diciembre para 2». Para hablar con el equipo, { reach }.
ask-dates = ¿Qué día llegas y qué día te vas? Por ejemplo: «del 20 al 22 de diciembre».
ask-party = ¿Cuántas personas vienen? Si hay niños, dime también sus edades.
ask-offer = ¿Cuál prefieres? Responde con el número o el nombre.
ask-name = ¿A nombre de quién hago la reserva? Nombre y apellidos, por favor.
ask-email = ¿Cuál es tu correo electrónico?
ask-phone = ¿Y un teléfono de contacto? Con prefijo internacional si es de otro país.
no-such-offer = Esa opción no está en la lista. Responde con el número o el nombre de una de las que te he mostrado.
not-that-room = La habitación que pides no la tengo libre en esas fechas; mira si te va bien otra.
party-impossible = Con ese número de personas no puedo buscar. Dime cuántos adultos y cuántos niños vienen; hace falta al menos un adulto por habitación.
ask-yes-again = Para seguir necesito un sí claro a lo último que te he leído. Responde «sí» o «no», o dime qué cambio.
just-taken = Lo siento, alguien se acaba de quedar con esa habitación. No he reservado nada: dime otra opción u otras fechas y lo miro.
nothing-to-confirm = Ahora mismo no hay nada pendiente de confirmar. Dime las fechas y cuántas personas vienen y te busco habitación.
nothing-to-cancel = En esta conversación no veo ninguna reserva que cancelar. Si reservaste por otro medio, { reach }.
no-reservation = En esta conversación no veo ninguna reserva tuya. Si reservaste por otro medio, { reach }.
still-booking = Tu reserva todavía se está tramitando. Te digo algo en cuanto lo sepa; no hace falta que la repitas.
kept = De acuerdo, tu reserva sigue en pie. ¿Te ayudo con algo más?
given-up = De acuerdo, lo dejamos: no he reservado nada. Si cambias de idea, dime las fechas.
cancelling = Estoy cancelando tu reserva. Te aviso en cuanto esté hecho.
lock-ended = Ya no te puedo guardar la habitación: se acabó el tiempo y no he reservado nada. Si la quieres, dímelo y miro si sigue libre.
empty = Tu mensaje ha llegado vacío. ¿En qué te ayudo?
too-long = Ese mensaje es demasiado largo para mí (máximo { $limit } caracteres). ¿Me lo resumes?
fallback = Perdona, no te he entendido. Prueba con «una doble del 20 al 22 de diciembre para 2» o { reach }.
out-of-scope = Con eso no puedo ayudarte: me ocupo de las reservas de { $hotel }. Para otra cosa, { reach }.
degraded = El sistema de reservas del hotel no responde ahora mismo y no quiero darte datos que no sean seguros. Inténtalo de nuevo en unos minutos o { reach }.
stale = El sistema del hotel no responde ahora mismo: esto es lo último que sé y puede haber cambiado. Lo compruebo antes de reservar nada.
locks-down = Ahora mismo no puedo apartar habitaciones, así que no he reservado nada. Inténtalo de nuevo en unos minutos o { reach }.
failed = Algo ha fallado por nuestra parte y no he podido atender tu mensaje. Envíamelo otra vez, por favor, o { reach }.

## Dates

ask-departure = Llegas el { $arrival }. ¿Qué día te vas, o cuántas noches te quedas?
ask-which-dates = ¿Qué fechas quieres decir?
answer-with-number = Responde con el número o escribe las fechas completas.
candidate-arrival = llegada el { $arrival }
candidate-arrival-nights = llegada el { $arrival }, { nights }
candidate-departure = salida el { $departure }
candidate-departure-nights = { nights }, salida el { $departure }
candidate-nights = { nights }
candidate-open = otras fechas
dates-past = Esas fechas ya han pasado. ¿Qué otras fechas te interesan?
dates-impossible = Esa fecha no existe, o el día de la semana no coincide. ¿Me la escribes otra vez? Por ejemplo: «del 20 al 22 de diciembre».
dates-backwards = La salida tiene que ser después de la llegada. ¿Qué día llegas y qué día te vas?
dates-too-long = Es demasiado tiempo para reservarlo por aquí: como mucho, { nights }. ¿Qué fechas te busco?
dates-too-far = Esas fechas quedan demasiado lejos: reservo con { $days } días de antelación como mucho. ¿Qué otras fechas te interesan?

## Rooms and offers

offers = { $dates }, { $party }. Precio de toda la estancia, impuestos incluidos:
offer-line = { $room }: { $total }{ $left ->
    [0] { "" }
    [one] , queda 1
   *[other] , quedan { $left }
}
offers-question-one = ¿Te interesa? Responde «1», o dime otras fechas.
assumed = He supuesto { $what }; si no es así, dímelo.
assumed-check-in = llegada el { $arrival }
assumed-check-out = salida el { $departure }
nothing-free = No me queda nada libre { $stay } para { $party }. ¿Probamos otras fechas?
party-too-large = No tengo ninguna habitación para { $party }: en la más grande { $largest ->
    [one] cabe 1 persona
   *[other] caben { $largest } personas
}. Si te va bien repartirse, dime en cuántas habitaciones y te lo busco.
room-types = Habitaciones de { $hotel }:
room-type-line = { $room }: hasta { $guests ->
    [one] 1 persona
   *[other] { $guests } personas
}
room-type-line-priced = { room-type-line }, tarifa base { $price } por noche
room-types-footer = El precio exacto depende de los días: dime las fechas y cuántas personas vienen y te digo el total.
room-types-none = Ahora mismo no tengo la lista de habitaciones. Dime las fechas y cuántas personas vienen y te busco lo que haya, o { reach }.

## Booking

price-changed = Atención: el precio ha cambiado de { $before } a { $total }.
ask-yes =
    Antes de reservar, repasa que esté bien:
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
    A nombre de { $name }, { $email }, { $guest-phone }
ask-yes-question = ¿La reservo? Responde «sí» o «no». Te la guardo hasta las { $until }.
room-held =
    Te guardo hasta las { $until }: { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
not-readable = No he podido leer ese dato. ¿Me lo escribes otra vez?
not-readable-email = Eso no parece un correo electrónico. ¿Me lo escribes otra vez? Por ejemplo: «nombre@correo.com».
not-readable-phone = Eso no parece un teléfono. ¿Me lo escribes otra vez? Con prefijo internacional si es de otro país, por ejemplo «+34 600 000 000».
booking-now = Estoy haciendo tu reserva: { $room }, { $stay }. Te digo algo enseguida.
checking =
    El hotel no me ha contestado a tiempo y estoy comprobando si tu reserva ha quedado hecha: { $room }, { $stay }. Te escribo en cuanto lo sepa; por favor, no la repitas.
    Referencia: { $reference }
confirmed =
    ¡Reserva confirmada! Tu código es { $code }.
    { $hotel }
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
    A nombre de { $name }. Entrada desde las { $check-in }, salida hasta las { $check-out }.
    Si necesitas cancelarla, escríbeme «cancelar mi reserva».
not-booked-sold-out = Lo siento: { $room }, { $stay }, se acaba de ocupar y la reserva no se ha hecho. Dime otra habitación u otras fechas y lo miro.
not-booked-price-changed = El precio de { $room }, { $stay }, acaba de cambiar y no he reservado nada. Pídemela otra vez y te digo el precio nuevo.
not-booked-stay-rule = El hotel no admite una estancia de { nights } en { $room } para esas fechas y no he reservado nada. ¿Probamos otras fechas u otra habitación?
not-booked-guest-data = El hotel no ha aceptado los datos de contacto y no he reservado nada. ¿Me escribes otra vez nombre, correo y teléfono?
not-booked-not-found = El hotel ya no ofrece { $room } y no he reservado nada. Dime otra habitación u otras fechas y lo miro.
not-booked-other = El sistema del hotel no ha aceptado la reserva ({ $room }, { $stay }) y no ha quedado hecha. Prueba con otra opción o { reach }.

## Reservations

ask-cancel-yes =
    ¿Cancelo esta reserva?
    Código { $code }: { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }
ask-cancel-yes-question = Responde «sí» para cancelarla o «no» para mantenerla.
cancelled = Tu reserva { $code } está cancelada. Si quieres otras fechas, dímelo.
not-cancelled = No he podido cancelar tu reserva { $code }: sigue en pie. Para resolverlo, { reach }.
status-of =
    Tu reserva { $code } { $status }.
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }
status-pending = está pendiente de confirmar
status-confirmed = está confirmada
status-checked-in = está en curso: ya hiciste la entrada
status-checked-out = ha terminado: ya hiciste la salida
status-cancelled = está cancelada
status-overbooked = tiene un problema de disponibilidad: el equipo del hotel debe revisarla

## Understanding and people

clarify = Para no equivocarme: ¿quieres { $guesses }? Si no es eso, dímelo con otras palabras o { reach }.
clarify-open = ¿Me lo dices con otras palabras? También puedes pedir ayuda: { reach }.
intent-greeting = saludar
intent-goodbye = despedirte
intent-thanks = dar las gracias
intent-affirm = decir que sí
intent-deny = decir que no
intent-help = saber qué puedo hacer
intent-check-availability = ver disponibilidad
intent-ask-price = saber precios
intent-ask-room-types = conocer las habitaciones
intent-create-reservation = reservar
intent-modify-reservation = cambiar una reserva
intent-cancel-reservation = cancelar una reserva
intent-reservation-status = saber cómo está tu reserva
intent-check-in = hacer la entrada
intent-check-out = hacer la salida
intent-late-checkout = salir más tarde
intent-ask-amenities = conocer los servicios del hotel
intent-ask-location = saber dónde está el hotel
intent-ask-policies = conocer las normas del hotel
intent-payment = hablar del pago
intent-request-service = pedir algo
intent-complaint = poner una queja
intent-talk-to-human = hablar con una persona
intent-provide-details = darme tus datos
intent-out-of-scope = preguntar otra cosa
escalated = He avisado al equipo de { $hotel } para que te atienda una persona. Mientras tanto, sigo aquí.
escalated-phone = He avisado al equipo de { $hotel } para que te atienda una persona. Si no puedes esperar, llama al { $phone }. Mientras tanto, sigo aquí.
escalated-urgent = He avisado al equipo de { $hotel } como urgente. Si es una emergencia, llama también a los servicios de emergencia.
escalated-urgent-phone = He avisado al equipo de { $hotel } como urgente. Si no puedes esperar, llama al { $phone }; si es una emergencia, llama también a los servicios de emergencia.

## Buttons: 20 characters at most

button-yes = Sí, reservar
button-no = No
button-cancel-yes = Sí, cancelar
button-cancel-no = No, mantener
