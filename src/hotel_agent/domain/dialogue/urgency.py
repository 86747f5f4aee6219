"""What cannot wait: it goes to staff at once, at any hour, and the answer says truthfully what happens next."""

from typing import Final

from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.knowledge import named_in
from hotel_agent.domain.replies import Escalated
from hotel_agent.domain.turns import Need
from hotel_agent.domain.understanding import Intent, Understanding
from hotel_agent.domain.wordlists import WordLists, stems_of

_LIFE: Final = (
    "incendio|fuego|se quema|prendió fuego|humo|olor a gas|huele a gas|fuga de gas|escape de gas|hay gas|me siento mal|"
    "se siente mal|nos sentimos mal|no puedo respirar|no respira|se ahoga|ahogando|se desmayó|me desmayé|desmayado|"
    "inconsciente|infarto|convulsión|sangrando|mucha sangre|ambulancia|bomberos|me amenaza|violencia|me pegó|un arma|robo|"
    "me robaron|nos robaron|atrapado en el ascensor|atrapados en el ascensor|socorro|auxilio|emergencia médica|"
    "reacción alérgica|dolor en el pecho|suicid|on fire|there is a fire|fire in|there is smoke|there s smoke|smoke coming|"
    "smoke everywhere|full of smoke|see smoke|smell smoke|smell of smoke|gas leak|smell gas|smell of gas|smells of gas|"
    "feel sick|feeling sick|feel ill|very sick|can t breathe|cannot breathe|not breathing|fainted|passed out|unconscious|"
    "heart attack|chest pain|seizure|bleeding|ambulance|paramedics|drowning|allergic reaction|attacked|robbed|a gun|"
    "threatening me|stuck in the lift|stuck in the elevator|trapped in|incêndio|pegando fogo|fumaça|cheiro de gás|"
    "cheiro a gás|vazando gás|vazamento de gás|fuga de gás|me sinto mal|passando mal|sentindo mal|não consigo respirar|"
    "não respira|desmaiou|desmaiei|infarte|sangue|ambulância|bombeiros|roubo|roubaram|fui roubado|assalto|assaltaram|"
    "preso no elevador|presa no elevador|presos no elevador|afogando|dor no peito|uma arma"
)
_POLICIES: Final = frozenset({Intent.ASK_POLICIES, Intent.ASK_AMENITIES})
_LISTS: Final = WordLists.of({"life": _LIFE})


def life_at_risk(text: str) -> bool:
    """Tell whether a text speaks of fire, gas, violence, or somebody who is badly unwell."""
    return any(True for _ in _LISTS.found_in(stems_of(text)))


def is_urgent(message: GuestMessage, heard: Understanding | None) -> bool:
    """Tell whether a message cannot wait. Whoever asks where smoking is allowed speaks of smoke and means no fire."""
    if life_at_risk(message.text):
        return True
    return heard is not None and heard.slots.urgent and not (heard.intent in _POLICIES and "smoking" in named_in(message.text))


def escalate_at_once(talk: Talk, message: GuestMessage) -> None:
    """Hand it to staff as urgent. Where life is at risk the guest is first told whom to call."""
    hotel = talk.hotel
    reply = Escalated(
        urgent=True,
        phone=hotel.phone,
        danger=life_at_risk(message.text),
        emergency=hotel.emergency,
        absence=talk.absence,
    )
    talk.escalate("urgent", urgent=True, need=Need.PERSON, reply=reply)
