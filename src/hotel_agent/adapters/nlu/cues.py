"""First sketch of intents by telling words; replaced by the trained classifier."""

import re

from hotel_agent.domain.understanding import Intent

_CUES: tuple[tuple[Intent, str], ...] = (
    (Intent.TALK_TO_HUMAN, r"\b(hablar con (una persona|alguien|un humano|un agente|recepcion)|persona real|humano|human|real person|operador|atendente|falar com (alguem|uma pessoa)|speak to|talk to|agente)\b"),
    (Intent.CANCEL_RESERVATION, r"\b(cancel\w*|anular|anula)\b"),
    (Intent.MODIFY_RESERVATION, r"\b(modific\w*|cambiar|change|alterar|mudar)\b.*\b(reserva|booking|reservation|fecha\w*|date\w*|data\w*)\b"),
    (Intent.CHECK_AVAILABILITY, r"\b(disponib\w*|availab\w*|hay (lugar|habitac\w*|cuartos)|tienen? (lugar|habitac\w*)|vagas?|quartos? livres?|any rooms?|free rooms?)\b"),
    (Intent.ASK_PRICE, r"\b(precios?|cuanto (sale|cuesta|vale|es)|tarifas?|how much|price|rates?|quanto (custa|e|fica)|preco)\b"),
    (Intent.ASK_ROOM_TYPES, r"\b(tipos? de (habitac\w*|quartos?|cuartos?)|room types?|types of rooms?|que habitaciones)\b"),
    (Intent.LATE_CHECKOUT, r"\b(late check ?-?out|salida tardia|salir mas tarde|saida tardia)\b"),
    (Intent.CHECK_IN, r"\bcheck ?-?in\b"),
    (Intent.CHECK_OUT, r"\bcheck ?-?out\b"),
    (Intent.AFFIRM, r"^\W*(si|yes|sim|dale|ok|okay|okey|de acuerdo|claro|confirm\w*|perfecto|vale|listo|sure|adelante|correcto|exacto|isso|pode ser|certo|yep|yeah|va)\b"),
    (Intent.DENY, r"^\W*(no|nao|nope|para nada|nah)\b"),
    (Intent.CREATE_RESERVATION, r"\b(reserv\w*|book\b|booking|quiero (la|el|una)|me quedo con|i'll take|fico com)"),
    (Intent.ASK_AMENITIES, r"\b(pileta|piscina|pool|wifi|wi-fi|desayuno|breakfast|cafe da manha|gimnasio|gym|parking|estacionamiento|cochera|estacionamento|spa)\b"),
    (Intent.ASK_LOCATION, r"\b(donde (estan|queda|esta)|direccion|ubicacion|where (are|is)|address|onde fica|endereco|como llego)\b"),
    (Intent.ASK_POLICIES, r"\b(mascotas?|perro|pets?|politica\w*|policy|fumar|smok\w*|animais)\b"),
    (Intent.PAYMENT, r"\b(pagar|pago|tarjeta|pay|card|transferencia|factura|pagamento|cartao)\b"),
    (Intent.COMPLAINT, r"\b(queja|no funciona|sucia|ruido|complain\w*|dirty|broken|reclam\w*)\b"),
    (Intent.REQUEST_SERVICE, r"\b(toallas?|towels?|toalhas?|limpi\w*|almohada\w*|room service|taxi)\b"),
    (Intent.HELP, r"^\W*(ayuda|help|ajuda|que podes hacer|what can you do)\b"),
    (Intent.THANKS, r"\b(gracias|thanks|thank you|obrigad[oa])\b"),
    (Intent.GOODBYE, r"\b(adios|chau|chao|bye|goodbye|hasta luego|nos vemos|tchau|ate logo)\b"),
    (Intent.GREETING, r"^\W*(hola|buenas|buenos dias|hello|hi|hey|good (morning|evening|afternoon)|oi|ola|bom dia|boa (tarde|noite))\b"),
)
_COMPILED = tuple((intent, re.compile(pattern)) for intent, pattern in _CUES)


def guess(folded: str, *, has_details: bool) -> tuple[Intent, float, tuple[Intent, ...]]:
    found = [intent for intent, pattern in _COMPILED if pattern.search(folded)]
    if not found:
        return (Intent.PROVIDE_DETAILS, 0.9, ()) if has_details else (Intent.OUT_OF_SCOPE, 0.5, ())
    return found[0], 0.95, tuple(found[1:])
