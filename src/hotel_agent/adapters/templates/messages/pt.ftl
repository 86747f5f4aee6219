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
help = Posso ver disponibilidade e preços, reservar, dizer como está a sua reserva, mudá-la e cancelá-la. Por exemplo: “um quarto duplo de 20 a 22 de dezembro para 2”. Para falar com a equipe, { reach }.
ask-dates = Em que dia chega e em que dia vai embora? Por exemplo: “de 20 a 22 de dezembro”.
ask-party = Quantas pessoas vêm? Se houver crianças, diga também as idades.
ask-offer = Qual prefere? Responda com o número ou o nome.
ask-name = Em nome de quem faço a reserva? Nome e sobrenome, por favor.
ask-email = Qual é o seu e-mail?
ask-phone = E um telefone de contato? Com o código do país se for de outro país.
no-such-offer = Essa opção não está na lista. Responda com o número ou o nome de uma das que mostrei.
not-that-room = Esse quarto não está livre nessas datas ou não é para tantas pessoas; veja se outro serve.
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
looking-again = O sistema de reservas do hotel não está respondendo agora e não quero passar dados que não sejam seguros. Continuo tentando e escrevo assim que souber; se tiver pressa, { reach }.
asking-again = Agora não consigo terminar a reserva: um sistema do hotel não está respondendo e ainda não há nada reservado. Continuo tentando e pergunto de novo assim que puder; se tiver pressa, { reach }.
stale = O sistema do hotel não está respondendo: isto é o último que sei e pode ter mudado. Verifico antes de reservar qualquer coisa.
change-asking-again = Agora não consigo mudar a reserva: um sistema do hotel não está respondendo, por isso ela continua como estava. Continuo tentando e pergunto de novo assim que puder; se tiver pressa, { reach }.
failed = Algo falhou do nosso lado e não consegui atender a sua mensagem. Envie de novo, por favor, ou { reach }.
voice-unheard = Não consegui ouvir seu áudio. Escreva para mim, por favor, ou { reach }.
heard = Do seu áudio entendi: “{ $words }”.
heard-yes = Um “sim” falado não me basta para reservar, mudar ou cancelar: escreva ou toque no botão.
picture-unseen = Ainda não consigo ver imagens, vídeos nem documentos. Diga por escrito do que precisa ou { reach }.
not-text = Esse tipo de mensagem eu não consigo ler. Escreva para mim, por favor, ou { reach }.
receipt-kept = O seu arquivo chegou. Eu não consigo vê-lo: uma pessoa do hotel vai olhar e responder.

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
    Se precisar mudar ou cancelar, escreva “mudar a minha reserva” ou “cancelar a minha reserva”.
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

## Reservations that exist: whose, changes, arriving and leaving

still-changing = A sua reserva está sendo mudada neste momento. Aviso assim que souber como fica; espere por isso, por favor.
ask-reservation-code = Qual é o código da sua reserva? Se escrever também o sobrenome ou o e-mail da reserva, procuro já.
ask-surname = Para ter certeza de que é sua: em que sobrenome ou com que e-mail está a reserva?
without-code = Sem o código e o sobrenome ou o e-mail da reserva não posso procurá-la por aqui. Para isso, { reach }.
no-such-reservation = Não encontro nenhuma reserva com esses dados. Confira o código e o sobrenome ou o e-mail e escreva de novo, ou { reach }.
too-many-lookups = Já não posso procurar mais reservas por aqui; a equipe do hotel está avisada. Também pode entrar em contato: { reach }.
ask-change =
    A sua reserva { $code } é agora: { $room }, { $party }, { $stay }.
    O que quer mudar? Diga as novas datas, quantas pessoas vêm ou que quarto prefere.
change-not-free = Essa mudança não é possível: não há lugar. A sua reserva continua como está. Tentamos outras datas ou outro quarto?
change-not-allowed = O hotel não aceita uma estadia assim nesse quarto. A sua reserva continua como está. Tentamos outras datas?
change-does-not-fit = Nesse quarto não cabem tantas pessoas. A sua reserva continua como está. Prefere outro tipo de quarto, ou mais quartos?
change-lock-ended = Acabou o tempo para confirmar a mudança e não mudei nada: a sua reserva continua como está. Se quiser, diga de novo.
change-dropped = Certo, não mudo nada: a sua reserva continua como está.
changing = Estou mudando a sua reserva. Aviso assim que estiver feito; até lá continua como estava.
checking-change = O hotel não me respondeu a tempo e estou verificando se a mudança foi feita. Escrevo assim que souber; por favor, não repita o pedido.
checking-in = Estou fazendo a entrada. Aviso assim que estiver feita.
checking-out = Estou fazendo a saída. Aviso assim que estiver feita.
not-checked-in = Não consegui fazer a entrada por aqui. Passe na recepção, por favor, ou { reach }.
not-checked-out = Não consegui fazer a saída por aqui. Passe na recepção, por favor, ou { reach }.
check-in-online = A entrada pode ser feita por aqui no dia da chegada, a partir das { $check-in }.
check-in-online-code = { check-in-online } Se já tem reserva e quer fazê-la, diga o código.
ask-arrival-time = A que horas acha que chega? Aviso a recepção.
late-checkout-taken = Sinto muito: nesse dia chega outro hóspede ao quarto e não dá para sair depois das { $check-out }. Guardamos a bagagem se precisar.
cancel-free = Cancelar agora não tem custo.
cancel-free-until = Cancelar agora não tem custo: é grátis até { $day } às { $time } (hora do hotel).
cancel-fee = Segundo as condições do hotel, cancelar agora custa { $fee }.
cancel-fee-since = Segundo as condições do hotel, cancelar agora custa { $fee }: era grátis até { $day } às { $time } (hora do hotel).
cancel-terms-unknown = Não tenho as condições de cancelamento do hotel: se houver algum custo, a equipe dirá.
cancelled-fee = Custo do cancelamento: { $fee }.
ask-change-yes =
    Mudo a sua reserva { $code }?
    Agora: { $room-before }, { $party-before }, { $stay-before }: { $total-before }
    Ficaria: { $room }, { $party }, { $stay }: { $total }, impostos incluídos
change-costs-more = São { $difference } a mais.
change-costs-less = São { $difference } a menos.
change-costs-same = O preço é o mesmo.
ask-change-yes-question = Responda “sim” para mudar ou “não” para deixar como está. Guardo até as { $until }.
changed =
    Feito: a sua reserva { $code } foi mudada.
    { $room }, { $party }
    { $dates }
    Total: { $total } por { nights }, impostos incluídos
not-changed-sold-out = Sinto muito: alguém acaba de ficar com essas noites e não mudei nada. A sua reserva { $code } continua como estava: { $room }, { $stay }.
not-changed-price-changed = O preço acaba de mudar e não mudei nada. A sua reserva { $code } continua como estava: { $room }, { $stay }. Peça de novo e eu digo o preço novo.
not-changed-other = O sistema do hotel não aceitou a mudança. A sua reserva { $code } continua como estava: { $room }, { $stay }. Para resolver, { reach }.
ask-check-in-yes = Faço já a entrada da sua reserva { $code } ({ $room })? Responda “sim” ou “não”.
ask-check-out-yes = Faço já a saída da sua reserva { $code } ({ $room })? Responda “sim” ou “não”.
checked-in = Feito: a entrada da sua reserva { $code } está registrada ({ $room }). Pegue a chave na recepção. Boa estadia!
checked-out = Feito: a saída da sua reserva { $code } está registrada. Deixe a chave na recepção, por favor. Boa viagem!
house-times = A entrada é a partir das { $check-in } e a saída até as { $check-out }.
arrival-noted = Anotado: chega por volta das { $time }. Aviso a equipe.
late-checkout = Pode sair até as { $until }{ $fee ->
    [none] { " sem custo" }
   *[other] { " por " }{ $fee }
}{ $approval ->
    [yes] , se o hotel aprovar
   *[other] { "" }
}.
late-checkout-free = Em { $day } ninguém chega ao seu quarto. { late-checkout }
late-checkout-asked = Peço à equipe, que vai responder.
button-change-yes = Sim, mudar
button-change-no = Não, deixar assim
button-arrival-yes = Sim
button-arrival-no = Não, ainda não

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
escalated-urgent = Avisei a equipe de { $hotel } como urgente. Se alguém corre perigo, ligue para { $emergency }.
escalated-urgent-phone = Avisei a equipe de { $hotel } como urgente. Se não puder esperar, ligue para { $phone }; se alguém corre perigo, para { $emergency }.
escalated-danger = Se alguém corre perigo, ligue já para { $emergency }. Avisei a equipe de { $hotel } como urgente.
escalated-danger-phone = Se alguém corre perigo, ligue já para { $emergency }. Avisei a equipe de { $hotel } como urgente; o telefone é { $phone }.
staff-away-today = A esta hora a equipe não responde mensagens: respondem a partir das { $time }.
staff-away-tomorrow = A esta hora a equipe não responde mensagens: respondem amanhã a partir das { $time }.
staff-away-later = A esta hora a equipe não responde mensagens: respondem { $weekday } a partir das { $time }.
unanswered = Não tenho informação segura sobre isso e não quero inventar: passei a sua pergunta à equipe de { $hotel }.
staff-phone = Se não puder esperar, ligue para { $phone }.
ticket-service = Anotado ({ $topic }): passei à equipe de { $hotel }.
ticket-service-pressing = Anotado ({ $topic }): passei à equipe de { $hotel } como prioritário.
ticket-complaint = Lamento o que aconteceu. Passei à equipe de { $hotel } ({ $topic }) para que resolvam.
ticket-complaint-pressing = Lamento o que aconteceu. Passei à equipe de { $hotel } ({ $topic }) como prioritário.
topic-towels = toalhas
topic-bedding = roupa de cama
topic-toiletries = artigos de banho
topic-cleaning = limpeza
topic-repair = algo quebrado
topic-water = água e banheiro
topic-power = eletricidade
topic-climate = temperatura do quarto
topic-internet = internet
topic-key = porta e chave
topic-pests = insetos
topic-noise = barulho
topic-food = comida e bebida
topic-crib = berço ou cama extra
topic-transport = transporte
topic-wake-up = serviço de despertador
topic-luggage = bagagem
topic-bill = conta e cobranças
topic-lost = objeto perdido
topic-staff = atendimento recebido
topic-other = a sua mensagem
map = Mapa: { $url }
pictures = Fotos: { $urls }

## Buttons: 20 characters at most

button-yes = Sim, reservar
button-no = Não
button-cancel-yes = Sim, cancelar
button-cancel-no = Não, manter
menu = Ver opções
