"""What a guest needs from the hotel's people: a service, help with something broken, an ear for a complaint."""

from typing import Final

from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.replies import TicketTaken
from hotel_agent.domain.topics import Topic
from hotel_agent.domain.turns import Need
from hotel_agent.domain.understanding import Intent
from hotel_agent.domain.wordlists import WordLists, stems_of

_WORDS: Final = {
    Topic.WATER: "sin agua|no hay agua|agua caliente|no sale agua|no water|hot water|sem água|água quente|canilla|grifo|tap|"
    "pierde agua|"
    "inodoro|toilet|vaso sanitário|desagüe|tapado|clogged|entupido|gotera|dripping|pingando",
    Topic.POWER: "sin luz|no hay luz|se cortó la luz|electricidad|no power|power cut|electricity|sem luz|sem energia|enchufe|"
    "socket|tomada",
    Topic.KEY: "no abre|llave|tarjeta de la puerta|key|key card|locked out|chave|cartão da porta|não abre|me quedé afuera|"
    "la puerta",
    Topic.PESTS: "cucaracha|chinche|hormiga|rata|bicho|cockroach|bed bug|bug|insect|mouse|barata|percevejo|inseto|mosquito",
    Topic.NOISE: "ruido|ruidoso|música fuerte|gritos|no puedo dormir|noise|noisy|loud|barulho|barulhento|não consigo dormir|"
    "cannot sleep|"
    "can t sleep|obra",
    Topic.CLIMATE: "aire acondicionado|calefacción|aire no|hace frío|hace calor|air conditioning|a c|ac|heating|heater|"
    "too cold|too hot|"
    "ar condicionado|aquecimento|freezing",
    Topic.INTERNET: "wifi|wi fi|internet",
    Topic.CLEANING: "limpieza|limpiar|sucio|sucia|clean|cleaning|dirty|housekeeping|limpeza|limpar|sujo|suja|basura|trash|lixo|"
    "olor|smell|"
    "cheiro|mancha|stain",
    Topic.TOWELS: "toalla|towel|toalha|toallón",
    Topic.BEDDING: "almohada|manta|frazada|sábana|cobija|pillow|blanket|sheet|travesseiro|cobertor|lençol|colchón|mattress|"
    "colchão",
    Topic.TOILETRIES: "jabón|champú|shampoo|papel higiénico|soap|toilet paper|sabonete|papel higiênico|amenities|"
    "cepillo de dientes|"
    "toothbrush|escova de dentes",
    Topic.CRIB: "cuna|crib|cot|berço|practicuna|cama extra|extra bed",
    Topic.TRANSPORT: "taxi|remis|uber|transfer|traslado|aeropuerto|airport|aeroporto|translado|shuttle",
    Topic.WAKE_UP: "despertar|despertador|wake|wake up|acordar|despertarme|despierten",
    Topic.LUGGAGE: "equipaje|valija|maleta|luggage|bags|bagagem|malas|suitcase",
    Topic.FOOD: "comida|desayuno|cena|room service|servicio a la habitación|food|breakfast|dinner|café da manhã|jantar|botella|"
    "hielo|ice|gelo|"
    "hambre|hungry|sandwich|vaso|glass|copo",
    Topic.BILL: "cobraron|cobrado|cobro|factura|me cobraron|charged|bill|invoice|overcharged|cobraram|fatura|reembolso|refund|"
    "cobrança",
    Topic.LOST: "perdí|olvidé|dejé|lost|forgot|left my|perdi|esqueci|deixei",
    Topic.STAFF: "maleducado|mala atención|grosero|rude|impolite|mal educado|grosseiro|atención|atendimento|staff|"
    "recepcionista|esperando",
    Topic.REPAIR: "no funciona|no anda|roto|rota|se rompió|arreglar|broken|does not work|doesn t work|not working|"
    "isn t working|fix|repair|"
    "não funciona|quebrado|quebrada|consertar|estragado|lámpara|lamp|televisor|tv|ducha|shower|chuveiro|heladera|fridge|"
    "geladeira",
}
"""In order: what comes first is more pressing or more exact than what comes after."""

_PRESSING: Final = frozenset({Topic.WATER, Topic.POWER, Topic.KEY, Topic.PESTS, Topic.NOISE})
_LISTS: Final = WordLists.of({topic.value: terms for topic, terms in _WORDS.items()})


def topic_of(text: str) -> Topic:
    """What a request or a complaint is about, by the words it uses."""
    named = {name for _, _, name in _LISTS.found_in(stems_of(text))}
    return next((topic for topic in _WORDS if topic.value in named), Topic.OTHER)


def open_ticket(talk: Talk, intent: Intent) -> None:
    """Write down what the guest needs, pass it to staff, and say so."""
    text = talk.event.content.text if isinstance(talk.event.content, GuestMessage) else ""
    need = Need.COMPLAINT if intent is Intent.COMPLAINT else Need.SERVICE
    topic = topic_of(text)
    pressing = topic in _PRESSING
    reply = TicketTaken(
        topic=topic, complaint=need is Need.COMPLAINT, pressing=pressing, phone=talk.hotel.phone, absence=talk.absence
    )
    talk.escalate(intent, need=need, about=topic, pressing=pressing, reply=reply)
