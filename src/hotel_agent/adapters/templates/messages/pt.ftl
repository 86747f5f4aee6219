# Portuguese, readable in Brazil and Portugal: "você" left unsaid where it can be.

## Pieces

nights = { $nights ->
    [one] 1 noite
   *[other] { $nights } noites
}
adults = { $adults ->
    [one] 1 adulto
   *[other] { $adults } adultos
}
party = { adults }{ $children ->
    [0] { "" }
    [one] { " e 1 criança" }
   *[other] { " e " }{ $children } crianças
}{ $rooms ->
    [one] { "" }
   *[other] { " em " }{ $rooms } quartos
}
day = { $weekday }, { $day } de { $month } de { $year }
stay-one-month = de { $weekday } { $day } a { $weekday2 } { $day2 } de { $month2 } de { $year2 } ({ nights })
stay-one-year = de { $weekday } { $day } de { $month } a { $weekday2 } { $day2 } de { $month2 } de { $year2 } ({ nights })
stay-two-years = de { $weekday } { $day } de { $month } de { $year } a { $weekday2 } { $day2 } de { $month2 } de { $year2 } ({ nights })
reach = { $phone ->
    [none] escreva “falar com uma pessoa”
   *[other] escreva “falar com uma pessoa” ou ligue para { $phone }
}

## Small talk and questions

greeting = Olá! Aqui é o assistente de { $hotel }. Diga as datas e quantas pessoas vêm e eu procuro um quarto. Para falar com a equipe, { reach }.
goodbye = Até breve! Se precisar de mais alguma coisa, é só escrever.
thanks = Por nada! Se precisar de mais alguma coisa, estou aqui.
help = Posso ver disponibilidade e preços, reservar, dizer como está a sua reserva e cancelá-la. Por exemplo: “um quarto duplo de 20 a 22 de dezembro para 2”. Para falar com a equipe, { reach }.
ask-dates = Em que dia chega e em que dia vai embora? Por exemplo: “de 20 a 22 de dezembro”.
ask-party = Quantas pessoas vêm? Se houver crianças, diga também as idades.
ask-offer = Qual prefere? Responda com o número ou o nome.
ask-name = Em nome de quem faço a reserva? Nome e sobrenome, por favor.
ask-email = Qual é o seu e-mail?
ask-phone = E um telefone de contato? Com o código do país se for de outro país.
no-such-offer = Essa opção não está na lista. Responda com o número ou o nome de uma das que mostrei.
not-that-room = O quarto que pediu não está livre nessas datas; veja se outro serve.
party-impossible = Com esse número de pessoas não consigo procurar. Diga quantos adultos e quantas crianças vêm; é preciso pelo menos um adulto por quarto.
ask-yes-again = Para continuar preciso de um sim claro ao que li por último. Responda “sim” ou “não”, ou diga o que mudar.
just-taken = Sinto muito, alguém acaba de ficar com esse quarto. Não reservei nada: diga outra opção ou outras datas e eu vejo.
nothing-to-confirm = Agora não há nada à espera de confirmação. Diga as datas e quantas pessoas vêm e eu procuro um quarto.
nothing-to-cancel = Nesta conversa não vejo nenhuma reserva para cancelar. Se reservou de outra forma, { reach }.
no-reservation = Nesta conversa não vejo nenhuma reserva sua. Se reservou de outra forma, { reach }.
still-booking = A sua reserva ainda está sendo feita. Aviso assim que souber; não é preciso repetir.
kept = Certo, a sua reserva continua de pé. Posso ajudar em mais alguma coisa?
given-up = Certo, deixamos assim: não reservei nada. Se mudar de ideia, diga as datas.
cancelling = Estou cancelando a sua reserva. Aviso assim que estiver feito.
lock-ended = Já não posso guardar o quarto: o tempo acabou e não reservei nada. Se quiser o quarto, diga e eu vejo se ainda está livre.
empty = A sua mensagem chegou vazia. Como posso ajudar?
too-long = Essa mensagem é longa demais para mim (no máximo { $limit } caracteres). Pode resumir?
fallback = Desculpe, não entendi. Tente “um quarto duplo de 20 a 22 de dezembro para 2” ou { reach }.
out-of-scope = Com isso não posso ajudar: cuido das reservas de { $hotel }. Para outro assunto, { reach }.
degraded = O sistema de reservas do hotel não está respondendo e não quero dizer nada que não seja certo. Tente de novo em alguns minutos ou { reach }.
stale = O sistema do hotel não está respondendo: isto é o último que sei e pode ter mudado. Verifico antes de reservar qualquer coisa.
locks-down = Agora não consigo separar quartos, por isso não reservei nada. Tente de novo em alguns minutos ou { reach }.
failed = Algo falhou do nosso lado e não consegui atender a sua mensagem. Envie de novo, por favor, ou { reach }.

## Dates

ask-departure = Chegada: { $arrival }. Em que dia vai embora, ou quantas noites vai ficar?
ask-which-dates = Que datas quer dizer?
answer-with-number = Responda com o número ou escreva as datas completas.
candidate-arrival = chegada: { $arrival }
candidate-arrival-nights = chegada: { $arrival }, { nights }
candidate-departure = saída: { $departure }
candidate-departure-nights = { nights }, saída: { $departure }
candidate-nights = { nights }
candidate-open = outras datas
dates-past = Essas datas já passaram. Que outras datas interessam?
dates-impossible = Essa data não existe, ou o dia da semana não corresponde. Pode escrever de novo? Por exemplo: “de 20 a 22 de dezembro”.
dates-backwards = A saída tem de ser depois da chegada. Em que dia chega e em que dia vai embora?
dates-too-long = É tempo demais para reservar por aqui: no máximo { nights }. Que datas procuro?
dates-too-far = Essas datas estão longe demais: reservo com { $days } dias de antecedência no máximo. Que outras datas interessam?

## Rooms and offers

offers = { $dates }, { $party }. Preço de toda a estadia, impostos incluídos:
offer-line = { $room }: { $total }{ $left ->
    [0] { "" }
    [one] , resta 1
   *[other] , restam { $left }
}
offers-question-one = Interessa? Responda “1”, ou diga outras datas.
assumed = Supus { $what }; se não for assim, diga.
assumed-check-in = chegada: { $arrival }
assumed-check-out = saída: { $departure }
nothing-free = Não tenho nada livre { $stay } para { $party }. Tentamos outras datas?
party-too-large = Não tenho nenhum quarto para { $party }: no maior { $largest ->
    [one] cabe 1 pessoa
   *[other] cabem { $largest } pessoas
}. Se puderem se dividir, diga em quantos quartos e eu procuro.
room-types = Quartos de { $hotel }:
room-type-line = { $room }: até { $guests ->
    [one] 1 pessoa
   *[other] { $guests } pessoas
}
room-type-line-priced = { room-type-line }, tarifa base { $price } por noite
room-types-footer = O preço exato depende dos dias: diga as datas e quantas pessoas vêm e eu digo o total.
room-types-none = Agora não tenho a lista de quartos. Diga as datas e quantas pessoas vêm e eu procuro o que houver, ou { reach }.

## Booking

price-changed = Atenção: o preço mudou de { $before } para { $total }.
ask-yes =
    Antes de reservar, veja se está certo:
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impostos incluídos
    Em nome de { $name }, { $email }, { $guest-phone }
ask-yes-question = Posso reservar? Responda “sim” ou “não”. Guardo o quarto até as { $until }.
room-held =
    Guardo até as { $until }: { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impostos incluídos
not-readable = Não consegui ler esse dado. Pode escrever de novo?
not-readable-email = Isso não parece um e-mail. Pode escrever de novo? Por exemplo: “nome@email.com”.
not-readable-phone = Isso não parece um telefone. Pode escrever de novo? Com o código do país se for de outro país, por exemplo “+55 11 90000-0000”.
booking-now = Estou fazendo a sua reserva: { $room }, { $stay }. Já digo como ficou.
checking =
    O hotel não me respondeu a tempo e estou verificando se a sua reserva foi feita: { $room }, { $stay }. Escrevo assim que souber; por favor, não repita o pedido.
    Referência: { $reference }
confirmed =
    Reserva confirmada! O seu código é { $code }.
    { $hotel }
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impostos incluídos
    Em nome de { $name }. Entrada a partir das { $check-in }, saída até as { $check-out }.
    Se precisar cancelar, escreva “cancelar a minha reserva”.
not-booked-sold-out = Sinto muito: alguém acaba de reservar { $room }, { $stay }, e a sua reserva não foi feita. Diga outro quarto ou outras datas e eu vejo.
not-booked-price-changed = O preço de { $room }, { $stay }, acaba de mudar e não reservei nada. Peça de novo e eu digo o preço novo.
not-booked-stay-rule = O hotel não aceita uma estadia de { nights } em { $room } nessas datas e não reservei nada. Tentamos outras datas ou outro quarto?
not-booked-guest-data = O hotel não aceitou os dados de contato e não reservei nada. Pode escrever de novo nome, e-mail e telefone?
not-booked-not-found = O hotel já não oferece { $room } e não reservei nada. Diga outro quarto ou outras datas e eu vejo.
not-booked-other = O sistema do hotel não aceitou a reserva ({ $room }, { $stay }) e ela não foi feita. Tente outra opção ou { reach }.

## Reservations

ask-cancel-yes =
    Cancelo esta reserva?
    Código { $code }: { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }
ask-cancel-yes-question = Responda “sim” para cancelar ou “não” para manter.
cancelled = A sua reserva { $code } está cancelada. Se quiser outras datas, diga.
not-cancelled = Não consegui cancelar a sua reserva { $code }: ela continua de pé. Para resolver, { reach }.
status-of =
    A sua reserva { $code } { $status }.
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }
status-pending = está à espera de confirmação
status-confirmed = está confirmada
status-checked-in = está em curso: a entrada já foi feita
status-checked-out = terminou: a saída já foi feita
status-cancelled = está cancelada
status-overbooked = tem um problema de disponibilidade: a equipe do hotel precisa revê-la

## Understanding and people

clarify = Para não errar: quer { $guesses }? Se não for isso, diga com outras palavras ou { reach }.
clarify-open = Pode dizer com outras palavras? Também pode pedir ajuda: { reach }.
intent-greeting = cumprimentar
intent-goodbye = se despedir
intent-thanks = agradecer
intent-affirm = dizer que sim
intent-deny = dizer que não
intent-help = saber o que posso fazer
intent-check-availability = ver disponibilidade
intent-ask-price = saber preços
intent-ask-room-types = conhecer os quartos
intent-create-reservation = reservar
intent-modify-reservation = mudar uma reserva
intent-cancel-reservation = cancelar uma reserva
intent-reservation-status = saber como está a sua reserva
intent-check-in = fazer o check-in
intent-check-out = fazer o check-out
intent-late-checkout = sair mais tarde
intent-ask-amenities = conhecer os serviços do hotel
intent-ask-location = saber onde fica o hotel
intent-ask-policies = conhecer as regras do hotel
intent-payment = falar do pagamento
intent-request-service = pedir alguma coisa
intent-complaint = fazer uma reclamação
intent-talk-to-human = falar com uma pessoa
intent-provide-details = dar os seus dados
intent-out-of-scope = perguntar outra coisa
escalated = Avisei a equipe de { $hotel } para que uma pessoa atenda você. Enquanto isso, continuo aqui.
escalated-phone = Avisei a equipe de { $hotel } para que uma pessoa atenda você. Se não puder esperar, ligue para { $phone }. Enquanto isso, continuo aqui.
escalated-urgent = Avisei a equipe de { $hotel } que é urgente. Se for uma emergência, ligue também para o serviço de emergência.
escalated-urgent-phone = Avisei a equipe de { $hotel } que é urgente. Se não puder esperar, ligue para { $phone }; se for uma emergência, ligue também para o serviço de emergência.

## Buttons: 20 characters at most

button-yes = Sim, reservar
button-no = Não
button-cancel-yes = Sim, cancelar
button-cancel-no = Não, manter
