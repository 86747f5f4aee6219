"""A yes with a condition on the price is none: words that ask for another price than the one read out."""

import re
from typing import Final

from attrs import evolve

from hotel_agent.domain.understanding import Understanding
from hotel_agent.domain.wordlists import WordLists, stems_of

_SHARE: Final = re.compile(r"\d\s*%|\bpor ciento\b|\bpor cento\b|\bper ?cent\b", re.IGNORECASE)
_IN_EVERY_SHARE: Final = ("%", "ent")
_WORDS: Final = (
    "descuento|rebaja|cupón|promo|promoción|código promocional|gratis|gratuito|sin cargo|sin costo|sin coste|mitad de precio|"
    "más barato|mismo precio|precio de la|regalado|regalo|cortesía|bonificado|discount|coupon|promo code|voucher|free|"
    "for nothing|no charge|half price|cheaper|same price|price of the|complimentary|upgrade|desconto|cupom|grátis|de graça|"
    "sem custo|metade do preço|mais barato|mesmo preço|preço do|preço da|cortesia"
)
_LISTS: Final = WordLists.of({"price": _WORDS})


def bargains(text: str) -> bool:
    """Tell whether *text* speaks of a discount, of something for free, or of another thing's price."""
    low = text.lower()
    # Looking for these is twenty times faster than the expression, which has to try every place.
    share = any(sign in low for sign in _IN_EVERY_SHARE) and _SHARE.search(text)
    return bool(share) or any(True for _ in _LISTS.found_in(stems_of(text)))


def with_price_named(heard: Understanding | None, text: str) -> Understanding | None:
    """Mark what bargains like what names an amount: a yes in it answers no read-back."""
    if heard is None or heard.slots.price_named or not bargains(text):
        return heard
    return evolve(heard, slots=evolve(heard.slots, price_named=True))
