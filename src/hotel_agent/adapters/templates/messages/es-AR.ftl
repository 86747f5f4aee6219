# Spanish as spoken in Argentina: voseo. Said instead of es.ftl where a hotel sets `humanize.es_ar.enabled`.
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
    [none] escribí «hablar con una persona»
   *[other] escribí «hablar con una persona» o llamá al { $phone }
}

## Small talk and questions

greeting = ¡Hola! Soy el asistente de { $hotel }. Decime las fechas y cuántas personas vienen y te busco habitación. Para hablar con el equipo, { reach }.
goodbye = ¡Hasta pronto! Si necesitás algo más, escribime cuando quieras.
thanks = ¡A vos! Si necesitás algo más, acá estoy.
help = Puedo ver disponibilidad y precios, reservar, decirte cómo está tu reserva, cambiarla y cancelarla. Por ejemplo: «una doble del 20 al 22 de diciembre para 2». Para hablar con el equipo, { reach }.
ask-dates = ¿Qué día llegás y qué día te vas? Por ejemplo: «del 20 al 22 de diciembre».
ask-party = ¿Cuántas personas vienen? Si vienen chicos, decime también qué edad tienen.
ask-offer = ¿Cuál preferís? Respondé con el número o el nombre.
ask-name = ¿A nombre de quién hago la reserva? Nombre y apellido, por favor.
ask-email = ¿Cuál es tu mail?
ask-phone = ¿Y un teléfono de contacto? Con código de país si es de otro país.
no-such-offer = Esa opción no está en la lista. Respondé con el número o el nombre de una de las que te mostré.
not-that-room = Esa habitación no está libre en esas fechas o no es para tantas personas; fijate si te sirve otra.
party-impossible = Con ese número de personas no puedo buscar. Decime cuántos adultos y cuántos niños vienen; hace falta al menos un adulto por habitación.
ask-yes-again = Para seguir necesito un sí claro a lo último que te leí. Respondé «sí» o «no», o decime qué cambio.
just-taken = Lo siento, alguien se acaba de quedar con esa habitación. No reservé nada: decime otra opción u otras fechas y lo miro.
nothing-to-confirm = Ahora mismo no hay nada pendiente de confirmar. Decime las fechas y cuántas personas vienen y te busco habitación.
nothing-to-cancel = En esta conversación no veo ninguna reserva que cancelar. Si reservaste por otro medio, { reach }.
no-reservation = En esta conversación no veo ninguna reserva tuya. Si reservaste por otro medio, { reach }.
still-booking = Tu reserva todavía se está tramitando. Te digo algo en cuanto lo sepa; no hace falta que la repitas.
kept = De acuerdo, tu reserva sigue en pie. ¿Te ayudo con algo más?
given-up = De acuerdo, lo dejamos: no reservé nada. Si cambiás de idea, decime las fechas.
cancelling = Estoy cancelando tu reserva. Te aviso en cuanto esté hecho.
lock-ended = Ya no te puedo guardar la habitación: se acabó el tiempo y no reservé nada. Si la querés, decímelo y miro si sigue libre.
empty = Tu mensaje llegó vacío. ¿En qué te ayudo?
too-long = Ese mensaje es demasiado largo para mí (máximo { $limit } caracteres). ¿Me lo resumís?
fallback = Perdoná, no te entendí. Probá con «una doble del 20 al 22 de diciembre para 2» o { reach }.
out-of-scope = Con eso no puedo ayudarte: me ocupo de las reservas de { $hotel }. Para otra cosa, { reach }.
degraded = El sistema de reservas del hotel no responde ahora mismo y no quiero darte datos que no sean seguros. Intentá de nuevo en unos minutos o { reach }.
looking-again = El sistema de reservas del hotel no responde ahora mismo y no quiero darte datos que no sean seguros. Lo sigo intentando y te escribo en cuanto lo sepa; si es urgente, { reach }.
asking-again = Ahora mismo no puedo terminar la reserva: un sistema del hotel no responde y todavía no hay nada reservado. Lo sigo intentando y te vuelvo a preguntar en cuanto pueda; si es urgente, { reach }.
stale = El sistema del hotel no responde ahora mismo: esto es lo último que sé y puede haber cambiado. Lo compruebo antes de reservar nada.
change-asking-again = Ahora mismo no puedo cambiar la reserva: un sistema del hotel no responde, así que sigue como estaba. Lo sigo intentando y te vuelvo a preguntar en cuanto pueda; si es urgente, { reach }.
failed = Algo falló por nuestra parte y no pude atender tu mensaje. Mandámelo otra vez, por favor, o { reach }.
voice-unheard = No pude escuchar tu audio. Escribímelo, por favor, o { reach }.
heard = De tu audio entendí: «{ $words }».
heard-yes = Un «sí» hablado no me alcanza para reservar, cambiar o cancelar: escribilo o tocá el botón.
picture-unseen = Todavía no puedo ver imágenes, videos ni documentos. Decime por escrito lo que necesitás o { reach }.
not-text = Ese tipo de mensaje no lo puedo leer. Escribímelo, por favor, o { reach }.
receipt-kept = Recibí tu archivo. Yo no puedo verlo: lo revisará una persona del hotel, que te responderá.

## Dates

ask-departure = Llegás el { $arrival }. ¿Qué día te vas, o cuántas noches te quedás?
ask-which-dates = ¿Qué fechas querés decir?
answer-with-number = Respondé con el número o escribí las fechas completas.
candidate-arrival = llegada el { $arrival }
candidate-arrival-nights = llegada el { $arrival }, { nights }
candidate-departure = salida el { $departure }
candidate-departure-nights = { nights }, salida el { $departure }
candidate-nights = { nights }
candidate-open = otras fechas
dates-past = Esas fechas ya pasaron. ¿Qué otras fechas te interesan?
dates-impossible = Esa fecha no existe, o el día de la semana no coincide. ¿Me la escribís otra vez? Por ejemplo: «del 20 al 22 de diciembre».
dates-backwards = La salida tiene que ser después de la llegada. ¿Qué día llegás y qué día te vas?
dates-too-long = Es demasiado tiempo para reservarlo por acá: como mucho, { nights }. ¿Qué fechas te busco?
dates-too-far = Esas fechas quedan demasiado lejos: reservo con { $days } días de anticipación como mucho. ¿Qué otras fechas te interesan?

## Rooms and offers

offers = { $dates }, { $party }. Precio de toda la estadía, impuestos incluidos:
offer-line = { $room }: { $total }{ $left ->
    [0] { "" }
    [one] , queda 1
   *[other] , quedan { $left }
}
offers-question-one = ¿Te interesa? Respondé «1», o decime otras fechas.
assumed = Supuse { $what }; si no es así, decímelo.
assumed-check-in = llegada el { $arrival }
assumed-check-out = salida el { $departure }
nothing-free = No me queda nada libre { $stay } para { $party }. ¿Probamos otras fechas?
party-too-large = No tengo ninguna habitación para { $party }: en la más grande { $largest ->
    [one] cabe 1 persona
   *[other] caben { $largest } personas
}. Si les sirve repartirse, decime en cuántas habitaciones y te lo busco.
room-types = Habitaciones de { $hotel }:
room-type-line = { $room }: hasta { $guests ->
    [one] 1 persona
   *[other] { $guests } personas
}
room-type-line-priced = { room-type-line }, tarifa base { $price } por noche
room-types-footer = El precio exacto depende de los días: decime las fechas y cuántas personas vienen y te digo el total.
room-types-none = Ahora mismo no tengo la lista de habitaciones. Decime las fechas y cuántas personas vienen y te busco lo que haya, o { reach }.

## Booking

price-changed = Atención: el precio cambió de { $before } a { $total }.
ask-yes =
    Antes de reservar, fijate que esté bien:
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
    A nombre de { $name }, { $email }, { $guest-phone }
ask-yes-question = ¿La reservo? Respondé «sí» o «no». Te la guardo hasta las { $until }.
room-held =
    Te guardo hasta las { $until }: { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
not-readable = No pude leer ese dato. ¿Me lo escribís otra vez?
not-readable-email = Eso no parece un mail. ¿Me lo escribís otra vez? Por ejemplo: «nombre@correo.com».
not-readable-phone = Eso no parece un teléfono. ¿Me lo escribís otra vez? Con código de país si es de otro país, por ejemplo «+54 9 11 5555 0000».
booking-now = Estoy haciendo tu reserva: { $room }, { $stay }. Te digo algo enseguida.
checking =
    El hotel no me contestó a tiempo y estoy comprobando si tu reserva quedó hecha: { $room }, { $stay }. Te escribo en cuanto lo sepa; por favor, no la repitas.
    Referencia: { $reference }
confirmed =
    ¡Reserva confirmada! Tu código es { $code }.
    { $hotel }
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
    A nombre de { $name }. Entrada desde las { $check-in }, salida hasta las { $check-out }.
    Si necesitás cambiarla o cancelarla, escribime «cambiar mi reserva» o «cancelar mi reserva».
not-booked-sold-out = Lo siento: { $room }, { $stay }, se acaba de ocupar y la reserva no se hizo. Decime otra habitación u otras fechas y lo miro.
not-booked-price-changed = El precio de { $room }, { $stay }, acaba de cambiar y no reservé nada. Pedímela otra vez y te digo el precio nuevo.
not-booked-stay-rule = El hotel no admite una estadía de { nights } en { $room } para esas fechas y no reservé nada. ¿Probamos otras fechas u otra habitación?
not-booked-guest-data = El hotel no aceptó los datos de contacto y no reservé nada. ¿Me escribís otra vez nombre, mail y teléfono?
not-booked-not-found = El hotel ya no ofrece { $room } y no reservé nada. Decime otra habitación u otras fechas y lo miro.
not-booked-other = El sistema del hotel no aceptó la reserva ({ $room }, { $stay }) y no quedó hecha. Probá con otra opción o { reach }.

## Reservations

ask-cancel-yes =
    ¿Cancelo esta reserva?
    Código { $code }: { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }
ask-cancel-yes-question = Respondé «sí» para cancelarla o «no» para mantenerla.
cancelled = Tu reserva { $code } está cancelada. Si querés otras fechas, decímelo.
not-cancelled = No pude cancelar tu reserva { $code }: sigue en pie. Para resolverlo, { reach }.
status-of =
    Tu reserva { $code } { $status }.
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }
status-pending = está pendiente de confirmar
status-confirmed = está confirmada
status-checked-in = está en curso: ya hiciste la entrada
status-checked-out = terminó: ya hiciste la salida
status-cancelled = está cancelada
status-overbooked = tiene un problema de disponibilidad: el equipo del hotel debe revisarla

## Reservations that exist: whose, changes, arriving and leaving

still-changing = Tu reserva se está cambiando en este momento. Te aviso en cuanto sepa cómo queda; esperá a eso, por favor.
ask-reservation-code = ¿Cuál es el código de tu reserva? Si me escribís también el apellido o el mail de la reserva, la busco enseguida.
ask-surname = Para asegurarme de que es tuya: ¿a qué apellido o con qué mail está la reserva?
without-code = Sin el código y el apellido o el mail de la reserva no puedo buscarla por acá. Para eso, { reach }.
no-such-reservation = No encuentro ninguna reserva con esos datos. Revisá el código y el apellido o el mail y escribímelos otra vez, o { reach }.
too-many-lookups = Ya no puedo buscar más reservas por acá; el equipo del hotel está avisado. También podés ponerte en contacto: { reach }.
ask-change =
    Tu reserva { $code } es ahora: { $room }, { $party }, { $stay }.
    ¿Qué querés cambiar? Decime las fechas nuevas, cuántas personas vienen o qué habitación preferís.
change-not-free = Ese cambio no es posible: no queda sitio. Tu reserva sigue como está. ¿Probamos otras fechas u otra habitación?
change-not-allowed = El hotel no admite una estadía así para esa habitación. Tu reserva sigue como está. ¿Probamos otras fechas?
change-does-not-fit = En esa habitación no caben. Tu reserva sigue como está. ¿Preferís otro tipo de habitación, o repartirse en más habitaciones?
change-lock-ended = Se acabó el tiempo para confirmar el cambio y no cambié nada: tu reserva sigue como está. Si lo querés, decímelo otra vez.
change-dropped = De acuerdo, no cambio nada: tu reserva sigue como está.
changing = Estoy cambiando tu reserva. Te aviso en cuanto esté hecho; hasta entonces sigue como estaba.
checking-change = El hotel no me contestó a tiempo y estoy comprobando si el cambio quedó hecho. Te escribo en cuanto lo sepa; por favor, no lo repitas.
checking-in = Estoy haciendo la entrada. Te aviso en cuanto esté hecha.
checking-out = Estoy haciendo la salida. Te aviso en cuanto esté hecha.
not-checked-in = No pude hacer la entrada por acá. Pasá por recepción, por favor, o { reach }.
not-checked-out = No pude hacer la salida por acá. Pasá por recepción, por favor, o { reach }.
check-in-online = La entrada se puede hacer por acá el día de llegada, desde las { $check-in }.
check-in-online-code = { check-in-online } Si ya tenés reserva y querés hacerla, decime su código.
ask-arrival-time = ¿A qué hora calculás que llegás? Así lo aviso en recepción.
late-checkout-taken = Lo siento: ese día llega otro huésped a la habitación y no se puede salir más tarde de las { $check-out }. Te guardamos el equipaje si lo necesitás.
cancel-free = Cancelarla ahora no tiene costo.
cancel-free-until = Cancelarla ahora no tiene costo: es gratis hasta el { $day } a las { $time } (hora del hotel).
cancel-fee = Según las condiciones del hotel, cancelarla ahora cuesta { $fee }.
cancel-fee-since = Según las condiciones del hotel, cancelarla ahora cuesta { $fee }: era gratis hasta el { $day } a las { $time } (hora del hotel).
cancel-terms-unknown = No tengo las condiciones de cancelación del hotel: si hay algún cargo, te lo dirá el equipo.
cancelled-fee = Cargo por cancelación: { $fee }.
ask-change-yes =
    ¿Cambio tu reserva { $code }?
    Ahora: { $room-before }, { $party-before }, { $stay-before }: { $total-before }
    Quedaría: { $room }, { $party }, { $stay }: { $total }, impuestos incluidos
change-costs-more = Son { $difference } más.
change-costs-less = Son { $difference } menos.
change-costs-same = El precio es el mismo.
ask-change-yes-question = Respondé «sí» para cambiarla o «no» para dejarla como está. Te lo guardo hasta las { $until }.
changed =
    Hecho: tu reserva { $code } cambió.
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impuestos incluidos
not-changed-sold-out = Lo siento: alguien se acaba de quedar con esas noches y no cambié nada. Tu reserva { $code } sigue como estaba: { $room }, { $stay }.
not-changed-price-changed = El precio acaba de cambiar y no cambié nada. Tu reserva { $code } sigue como estaba: { $room }, { $stay }. Pedímelo otra vez y te digo el precio nuevo.
not-changed-other = El sistema del hotel no aceptó el cambio. Tu reserva { $code } sigue como estaba: { $room }, { $stay }. Para resolverlo, { reach }.
ask-check-in-yes = ¿Hago ya la entrada de tu reserva { $code } ({ $room })? Respondé «sí» o «no».
ask-check-out-yes = ¿Hago ya la salida de tu reserva { $code } ({ $room })? Respondé «sí» o «no».
checked-in = Hecho: la entrada de tu reserva { $code } está registrada ({ $room }). Retirá la llave en recepción. ¡Que disfrutes la estadía!
checked-out = Hecho: la salida de tu reserva { $code } está registrada. Dejá la llave en recepción, por favor. ¡Buen viaje!
house-times = La entrada es desde las { $check-in } y la salida hasta las { $check-out }.
arrival-noted = Anotado: llegás a eso de las { $time }. Se lo digo al equipo.
late-checkout = Se puede salir hasta las { $until }{ $fee ->
    [none] { " sin costo" }
   *[other] { " por " }{ $fee }
}{ $approval ->
    [yes] , si el hotel lo aprueba
   *[other] { "" }
}.
late-checkout-free = El { $day } nadie llega a tu habitación. { late-checkout }
late-checkout-asked = Se lo pido al equipo y te contestan.
button-change-yes = Sí, cambiarla
button-change-no = No, dejarla así
button-arrival-yes = Sí
button-arrival-no = No, todavía no

## Understanding and people

clarify = Para no equivocarme: ¿querés { $guesses }? Si no es eso, decímelo con otras palabras o { reach }.
clarify-open = ¿Me lo decís con otras palabras? También podés pedir ayuda: { reach }.
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
escalated = Le avisé al equipo de { $hotel } para que te atienda una persona. Mientras tanto, sigo acá.
escalated-phone = Le avisé al equipo de { $hotel } para que te atienda una persona. Si no podés esperar, llamá al { $phone }. Mientras tanto, sigo acá.
escalated-urgent = Le avisé al equipo de { $hotel } como urgente. Si alguien corre peligro, llamá al { $emergency }.
escalated-urgent-phone = Le avisé al equipo de { $hotel } como urgente. Si no podés esperar, llamá al { $phone }; si alguien corre peligro, al { $emergency }.
escalated-danger = Si alguien corre peligro, llamá ya al { $emergency }. Le avisé al equipo de { $hotel } como urgente.
escalated-danger-phone = Si alguien corre peligro, llamá ya al { $emergency }. Le avisé al equipo de { $hotel } como urgente; su teléfono es el { $phone }.
staff-away-today = A esta hora el equipo no contesta mensajes: te responden desde las { $time }.
staff-away-tomorrow = A esta hora el equipo no contesta mensajes: te responden mañana desde las { $time }.
staff-away-later = A esta hora el equipo no contesta mensajes: te responden el { $weekday } desde las { $time }.
unanswered = De eso no tengo información segura y no quiero inventarla: le pasé tu pregunta al equipo de { $hotel }.
staff-phone = Si no podés esperar, llamá al { $phone }.
ticket-service = Anotado ({ $topic }): se lo pasé al equipo de { $hotel }.
ticket-service-pressing = Anotado ({ $topic }): se lo pasé al equipo de { $hotel } como prioritario.
ticket-complaint = Siento lo que pasó. Se lo pasé al equipo de { $hotel } ({ $topic }) para que lo resuelva.
ticket-complaint-pressing = Siento lo que pasó. Se lo pasé al equipo de { $hotel } ({ $topic }) como prioritario.
topic-towels = toallas
topic-bedding = ropa de cama
topic-toiletries = artículos de baño
topic-cleaning = limpieza
topic-repair = avería
topic-water = agua y baño
topic-power = electricidad
topic-climate = temperatura de la habitación
topic-internet = internet
topic-key = puerta y llave
topic-pests = insectos
topic-noise = ruido
topic-food = comida y bebida
topic-crib = cuna o cama extra
topic-transport = transporte
topic-wake-up = servicio de despertador
topic-luggage = equipaje
topic-bill = cuenta y cobros
topic-lost = objeto perdido
topic-staff = atención recibida
topic-other = tu mensaje
map = Mapa: { $url }
pictures = Fotos: { $urls }

## Buttons: 20 characters at most

button-yes = Sí, reservar
button-no = No
button-cancel-yes = Sí, cancelar
button-cancel-no = No, mantener
menu = Ver opciones
