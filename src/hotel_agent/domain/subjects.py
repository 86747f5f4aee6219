"""
What guests call the things they ask about, in Spanish, English and Portuguese.

Each subject has the terms guests use for it; a term of several words must stand together. Words are compared by their stems, so
singular stands for plural and either gender for the other.
"""

from typing import Final

SUBJECTS: Final[dict[str, str]] = {
    "pool": "pileta|piscina|alberca|natatorio|pool|swimming|nadar|swim",
    "jacuzzi": "jacuzzi|hidromasaje|hot tub|hidromassagem|whirlpool",
    "spa": "spa|masaje|massage|massagem|wellness|tratamiento|treatment",
    "sauna": "sauna|baño turco|steam room|sauna seca",
    "gym": "gimnasio|gym|fitness|academia|ginásio|musculación|workout|pesas",
    "parking": "parking|cochera|estacionamiento|estacionar|aparcamiento|aparcar|garaje|garage|garagem|estacionamento|car park|"
    "vaga|playa de estacionamiento|valet|park|donde dejo el auto|dejar el auto|dejar el coche|deixar o carro",
    "ev_charging": "cargador eléctrico|auto eléctrico|coche eléctrico|carro elétrico|electric car|ev charger|charging station|"
    "punto de carga|vehículo eléctrico|tesla",
    "breakfast": "desayuno|desayunar|breakfast|café da manhã|pequeno almoço|cafe de la mañana",
    "restaurant": "restaurante|restaurant|comedor|cenar|cena|almuerzo|almorzar|dinner|lunch|jantar|almoço|almoçar|"
    "media pensión|"
    "half board|full board|meia pensão|pensión completa|all inclusive|todo incluido",
    "bar": "bar|trago|cóctel|cocktail|drinks|bebida",
    "diet": "vegetariano|vegano|vegan|vegetarian|celíaco|sin gluten|gluten|sin tacc|kosher|halal|sem glúten|lactosa",
    "room_service": "room service|servicio a la habitación|servicio de habitaciones|servicio al cuarto|serviço de quarto",
    "wifi": "wifi|wi fi|internet|wlan|conexión|wireless",
    "pets": "mascota|perro|gato|animal|pet|dog|cat|cachorro|perrito|gatito|bicho|puppy|pet friendly|animais|"
    "animais de estimação",
    "smoking": "fumar|fumador|cigarrillo|smoke|smoking|smoker|cigarette|fuma|fumante|vapear|vape",
    "laundry": "lavandería|lavar ropa|lavado de ropa|laundry|lavanderia|tintorería|dry cleaning|lavar roupa|lavarropas|"
    "washing machine",
    "air_conditioning": "aire acondicionado|aire|climatización|refrigeración|air conditioning|ac|a c|air con|ar condicionado",
    "heating": "calefacción|estufa|heating|heater|aquecimento|aquecedor|calefactor",
    "tv": "tele|televisor|televisión|tv|netflix|cable|television|televisão|smart tv",
    "safe": "caja fuerte|caja de seguridad|safe|safe box|cofre",
    "minibar": "minibar|frigobar|heladera|nevera|fridge|refrigerator|mini bar|geladeira",
    "kitchen": "cocina|cocineta|kitchen|kitchenette|cozinha|microondas|microwave|micro ondas",
    "hairdryer": "secador|secador de pelo|hairdryer|hair dryer|secador de cabelo|blow dryer",
    "iron": "plancha|planchar|iron|ferro de passar|ironing",
    "kettle": "pava|cafetera|hervidor|kettle|coffee machine|cafeteira|chaleira|mate",
    "crib": "cuna|practicuna|crib|cot|berço|baby cot|cunita",
    "extra_bed": "cama extra|cama supletoria|cama adicional|extra bed|rollaway|sofá cama",
    "children": "niño|niña|chica|hijo|hija|filho|filha|chico|nene|kids|children|criança|bebé|baby|bebê|menor|family friendly|"
    "juegos infantiles|playground|ludoteca",
    "balcony": "balcón|balcony|varanda|sacada",
    "terrace": "terraza|terrace|rooftop|terraço|azotea|solárium",
    "views": "vista|vista al mar|view|sea view|vista para o mar|panorámica",
    "garden": "jardín|garden|jardim|parque propio|quincho|parrilla|barbecue|churrasqueira|asado",
    "elevator": "ascensor|elevator|lift|elevador",
    "accessibility": "silla de ruedas|accesible|accesibilidad|movilidad reducida|discapacidad|wheelchair|accessible|disabled|"
    "cadeira de rodas|acessível|acessibilidade|rampa",
    "reception": "recepción|reception|front desk|recepção|24 horas|conserje|concierge|horario de atención",
    "luggage": "equipaje|valija|maleta|luggage|bag|baggage|bagagem|mala|suitcase|guardar las cosas|consigna",
    "early_check_in": "early check in|early checkin|entrar antes|llegar antes|llegamos antes|llegada temprana|ingreso temprano|"
    "entrada anticipada|arrive early|arriving early|check in antes|chegar antes|chegar mais cedo|antes de la hora|"
    "antes de hora",
    "late_arrival": "llegar tarde|llegamos tarde|llegada tarde|arrive late|late arrival|de madrugada|chegar tarde|"
    "after midnight|"
    "medianoche|meia noite",
    "airport": "aeropuerto|airport|aeroporto",
    "transfer": "transfer|traslado|shuttle|translado|pick up|pickup|recoger|buscar al aeropuerto",
    "station": "estación|station|estação|tren|train|terminal|ómnibus|rodoviária|trem|comboio",
    "beach": "playa|beach|praia|mar|costa",
    "centre": "centro|downtown|city centre|city center|casco antiguo|old town",
    "public_transport": "colectivo|autobús|bus|metro|subte|subway|transporte público|public transport|ônibus|metrô|tranvía",
    "taxi": "taxi|uber|cabify|remis|cab",
    "car_rental": "alquilar un auto|alquiler de auto|alquilar un coche|alquiler de coche|rent a car|car rental|alugar um carro|"
    "aluguel de carro|aluguer de carro",
    "bicycles": "bicicleta|bici|bike|bicycle",
    "shops": "supermercado|tienda|kiosco|supermarket|shop|mercado|loja|shopping",
    "pharmacy": "farmacia|pharmacy|farmácia|drugstore",
    "atm": "cajero|cajero automático|atm|caixa eletrônico|cash machine|banco|bank",
    "sights": "qué visitar|qué ver|turismo|paseo|excursión|tour|sightseeing|museo|museum|atracción|attractions|passeio|"
    "pontos turísticos|what to see|what to do",
    "meeting_room": "sala de reuniones|salón|evento|boda|casamiento|meeting room|conference|wedding|event|sala de reunião|"
    "casamento|"
    "coworking|convención",
    "cancellation": "cancelación|cancelar|cancelo|cancellation|cancel|cancelamento|reembolso|refund|devolución|no show",
    "deposit": "seña|depósito|garantía|anticipo|deposit|prepayment|adelanto|sinal|prepago|caução|pagar por adelantado",
    "cards": "tarjeta|crédito|débito|visa|mastercard|amex|american express|credit card|debit card|card|cartão|tarjetas",
    "cash": "efectivo|cash|dinero|dinheiro|contado",
    "bank_transfer": "transferencia|bizum|mercado pago|bank transfer|paypal|pix|transferência|wire",
    "instalments": "cuotas|instalments|installments|parcelar|parcelas|plazos|en cuotas",
    "foreign_currency": "dólares|dollar|divisas|foreign currency|moneda extranjera|moeda|libras|reales|bitcoin|cripto|"
    "criptomoneda|"
    "crypto",
    "invoice": "factura|invoice|nota fiscal|recibo|receipt|fatura|cuit|nif",
    "tourist_tax": "tasa turística|impuesto|ecotasa|city tax|tourist tax|taxa de turismo|taxa turística|iva|tax",
    "documents": "documento|pasaporte|dni|passport|id card|identidade|documentación|documents",
    "minimum_age": "edad mínima|mayor de edad|minimum age|menores solos|idade mínima|under 18",
    "quiet_hours": "horario de silencio|ruido|quiet hours|silêncio|música|party|fiesta|festa|fiestas",
    "visitors": "visita|invitado|visitor|guests in the room|visitante|recibir gente|traer amigos",
    "towels": "toalla|towel|toalha",
    "shower": "ducha|bañera|bañadera|shower|bathtub|bath|chuveiro|banheira|tina",
    "beds": "cama matrimonial|king size|queen|double bed|cama doble|cama de casal|tipo de cama",
    "day_use": "day use|day pass|por el día|por horas|pasar el día|uso diurno",
}
"""Every subject a hotel's knowledge may have an entry on by name, with the terms that stand for it."""

SMALL_WORDS: Final = (
    "el la lo los las un una unos unas de del al a en y o u que qué cual cuál cuales cómo como cuándo cuando cuánto cuanto "
    "cuánta "
    "cuesta sale vale precio cobran dónde donde quién por para con sin sobre se me te le nos les mi tu su mis sus es son está "
    "están "
    "esta este esto eso esa ese hay tienen tiene tenés tenes tienes tengo tendrán tendrían cuentan cuenta ofrecen ofrece "
    "incluye "
    "incluido incluida aceptan acepta admiten admite permiten permite puede pueden puedo podría podrían podemos se hola buenas "
    "buenos días tardes noches gracias favor porfa porfavor xfa si sí no ya más muy también algo algún alguna ahí acá aquí "
    "allí "
    "hotel habitación habitaciones cuarto pieza lugar quiero quería quisiera querría saber consulta pregunta duda decime dime "
    "contame cuéntame información info ustedes vos usted ser estar haber hacer hace hora horas horario abre abierto abierta "
    "cierra "
    "the an of to in on at and or what which how when where who is are am do does did have has got there any some your you we "
    "i my "
    "our can could may would will it this that for with without please hello hi hey thanks thank good morning afternoon "
    "evening "
    "room rooms place want know about question tell time open opens much cost price free included include offer provide allow "
    "allowed accept bring use be get near nearby close far need o os as um uma uns umas do da dos das no na nos nas ao à e ou "
    "com "
    "sem que qual quais como quando quanto quanta custa onde quem é são tem têm há temos vocês você possui possuem oferecem "
    "oferece aceita aceitam permite permitem pode podem posso gostaria queria saber olá oi bom boa dia tarde noite obrigado "
    "obrigada por favor quarto quartos lugar meu minha seu sua este esta isso tudo bem fica perto longe cerca lejos queda uso "
    "usar "
    "traer llevar ir vamos voy levar trazer gratis pago pagar dar das"
)
"""Words that say nothing about the subject."""

GENERAL_WORDS: Final = (
    "servicio servicios instalaciones comodidades prestaciones amenities amenity facilities facility service services features "
    "comodidade serviços serviço estrutura características detalles general generales política políticas norma normas regla "
    "reglas "
    "condiciones policy policies rules rule conditions terms política regras condições normas ubicación ubicado dirección "
    "address "
    "location located localização endereço localizado mapa map llegar llego chegar reach directions camino zona barrio calle "
    "bairro "
    "área area pago pagos payment pagamento pagar pay forma formas medios método métodos methods formas meios"
)
"""Words that ask about a whole field: they are answered by the general answer of that field."""

ASKING_WORDS: Final = (
    "tienen tiene tenés tenes tienes hay cuentan disponen ofrecen aceptan admiten permiten permitido prohibido puedo puede "
    "podemos "
    "have has got offer provide accept allow allowed permitted forbidden can may tem têm há possui possuem oferecem aceitam "
    "permitem "
    "posso pode podemos"
)
"""Verbs that ask whether there is or may be one particular thing."""
