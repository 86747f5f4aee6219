"""Guests, their addresses and carts (API.md, section 10)."""

from typing import Final

from hotel_agent.emulators.qloapps.fields import Association, linked, resource

CUSTOMERS: Final = resource(
    "customers",
    "customer",
    """
id_default_group id valid:none >groups
id_lang id >languages
newsletter_date_add instant valid:none
ip_registration_newsletter null
last_passwd_gen instant ro valid:none
secure_key text ro valid:isMd5
deleted int valid:isUnsignedInt
passwd text req max:32 valid:isPasswd
phone text req
lastname text req max:32 valid:isName
firstname text req max:32 valid:isName
email text req max:128 valid:isEmail
id_gender id
birthday date valid:isBirthDate
newsletter int valid:isBool
optin int valid:isBool
website null valid:isUrl
company null valid:isGenericName
siret null valid:isSiret
ape null valid:isApe
outstanding_allow_amount price valid:isFloat
show_public_prices int valid:isBool
id_risk id valid:isUnsignedInt
max_payment_days int valid:isUnsignedInt
active int valid:isBool
note null max:65000 valid:isCleanHtml
is_guest int valid:isBool
id_shop id =1
id_shop_group id =1
date_add instant
date_upd instant
""",
    linked("groups", "group"),
    model="Customer",
)


ADDRESSES: Final = resource(
    "addresses",
    "address",
    """
id_customer id >customers
id_manufacturer id >manufacturers
id_supplier id >suppliers
id_warehouse id >warehouse
id_country id req >countries
id_state id >states
alias text req max:32 valid:isGenericName
company text max:64 valid:isGenericName
lastname text req max:32 valid:isName
firstname text req max:32 valid:isName
vat_number text valid:isGenericName
address1 text req max:128 valid:isAddress
address2 text max:128 valid:isAddress
postcode text max:12 valid:isPostCode
city text req max:64 valid:isCityName
other text max:300 valid:isMessage
phone text max:32 valid:isPhoneNumber
phone_mobile text max:32 valid:isPhoneNumber
dni text max:16 valid:isDniLite
deleted int valid:isBool
auto_generated int
date_add instant
date_upd instant
""",
    model="Address",
)


CARTS: Final = resource(
    "carts",
    "cart",
    """
id_currency id req >currencies
id_customer id >customers
id_guest id >guests
id_lang id req >languages
id_address_delivery id >addresses
id_address_invoice id >addresses
secure_key text
is_advance_payment int
date_add instant
date_upd instant
""",
    Association(
        "cart_bookings",
        "booking",
        "SELECT id_hotel, id_product, date_from, date_to FROM cart_bookings WHERE id_cart = :id"
        " GROUP BY id_hotel, id_product, date_from, date_to ORDER BY min(id)",
        "cart_bookings",
        virtual=True,
    ),
    model="Cart",
)


CART_BOOKINGS: Final = resource(
    "cart_bookings",
    "booking",
    """
id_hotel id req >hotels
id_product id req >products
id_room id req
id_cart id req >carts
id_guest id
id_order id >orders
id_customer id >customers
id_currency id
quantity int
booking_type int =1
comment text
is_refunded int
is_back_order int
date_from instant req
date_to instant req
adults int
children int
child_ages text
extra_demands text =[]
date_add instant
date_upd instant
""",
    model="HotelCartBookingData",
    id_is_text=True,
)
