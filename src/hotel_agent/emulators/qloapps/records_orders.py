"""Orders and what hangs on them: room lines, histories, details, payments, invoices (API.md, sections 7.4, 8 and 9)."""

from typing import Final

from hotel_agent.emulators.qloapps.fields import Association, resource

ORDERS: Final = resource(
    "orders",
    "order",
    """
id_address_delivery id req >addresses
id_address_invoice id req >addresses
id_address_tax id >addresses
id_cart id req >carts
id_currency id req >currencies
id_lang id req >languages
id_customer id req >customers
current_state id >order_states
module text =wsorder valid:isModuleName
invoice_number int
invoice_date instant valid:none
valid int
date_add instant
date_upd instant
transaction_id null dyn
secure_key text valid:isMd5
payment text req valid:isGenericName
payment_type int =1 valid:isUnsignedInt
total_discounts price
total_discounts_tax_incl price
total_discounts_tax_excl price
total_paid price req
total_paid_tax_incl price
total_paid_tax_excl price
total_paid_real price req
total_products price req
total_products_wt price req
conversion_rate price req =1.0 valid:isFloat
source text
reference text
is_advance_payment int valid:isUnsignedId
advance_paid_amount price
with_occupancy int valid:isUnsignedId
""",
    Association(
        "bookings", "booking", "SELECT id FROM room_bookings WHERE id_order = :id ORDER BY id", "bookings", virtual=True
    ),
    model="Order",
)


ROOM_BOOKINGS: Final = resource(
    "room_bookings",
    "booking",
    """
id_product id req >products
id_hotel id req >hotels
id_order id req >orders
id_order_detail id req
id_cart id req
id_room id req
id_customer id req
booking_type id req =1
id_status id req =1
comment text
check_in instant valid:none
check_out instant valid:none
date_from instant req
date_to instant req
total_price_tax_excl price req
total_price_tax_incl price req
total_paid_amount price req
is_refunded int valid:isUnsignedId
is_cancelled int valid:isUnsignedId
is_back_order int valid:isUnsignedId
room_num text req
room_type_name text req
hotel_name text req
city text req max:64 valid:isCityName
state text
country text req
zipcode text
phone text req max:32 valid:isPhoneNumber
email text req max:255 valid:isEmail
check_in_time text req
check_out_time text req
adults int req valid:isUnsignedId
children int valid:isUnsignedId
child_ages text
date_add instant
date_upd instant
""",
    Association(
        "booking_extra_demands",
        "extra_demand",
        "SELECT id FROM booking_extra_demands WHERE id_htl_booking = :id ORDER BY id",
        "booking_extra_demands",
    ),
    list_node="bookings",
    model="HotelBookingDetail",
    id_is_text=True,
)


ORDER_HISTORIES: Final = resource(
    "order_histories",
    "order_history",
    """
id_employee id
id_order_state id req >order_states
id_order id req >orders
date_add instant
""",
    model="OrderHistory",
)


ORDER_DETAILS: Final = resource(
    "order_details",
    "order_detail",
    """
id_order id req >orders
product_id id req >products
product_attribute_id id
product_quantity_reinjected int
group_reduction price2
discount_quantity_applied int
download_hash text
download_deadline instant
id_order_invoice id
id_warehouse id req
id_shop id req =1
product_name text req
product_quantity int req
product_quantity_in_stock int
product_quantity_return int
product_quantity_refunded int
product_price price req
reduction_percent price2
reduction_amount price
reduction_amount_tax_incl price
reduction_amount_tax_excl price
product_quantity_discount price
is_booking_product int
product_service_type int
product_auto_add int
product_price_addition_type int
product_allow_multiple_quantity int
product_price_calculation_method int
product_ean13 text
product_upc text
product_reference text
product_supplier_reference text
product_weight price
tax_computation_method int =1
id_tax_rules_group id
ecotax price
ecotax_tax_rate dec3
download_nb int
unit_price_tax_incl price
unit_price_tax_excl price
total_price_tax_incl price
total_price_tax_excl price
total_shipping_price_tax_excl price
total_shipping_price_tax_incl price
purchase_supplier_price price
original_product_price price
original_wholesale_price price
""",
    Association(
        "taxes", "tax", "SELECT id_tax AS id FROM tax_rule_groups WHERE id = :id_tax_rules_group AND id_tax > 0", "taxes"
    ),
    model="OrderDetail",
)


ORDER_PAYMENTS: Final = resource(
    "order_payments",
    "order_payment",
    """
order_reference text max:9 valid:isAnything
id_currency id req >currencies
amount price2 req valid:isNegativePrice
payment_method text valid:isGenericName
payment_type id req
conversion_rate price =1.0 valid:isFloat
transaction_id text max:254 valid:isAnything
card_number text max:254 valid:isAnything
card_brand text max:254 valid:isAnything
card_expiration text max:254 valid:isAnything
card_holder text max:254 valid:isAnything
is_linked int hide
date_add instant
""",
    model="OrderPayment",
)


ORDER_INVOICES: Final = resource(
    "order_invoices",
    "order_invoice",
    """
id_order id req >orders
number int req
delivery_number int
delivery_date instant
total_discount_tax_excl price
total_discount_tax_incl price
total_paid_tax_excl price
total_paid_tax_incl price
total_products price
total_products_wt price
total_shipping_tax_excl price
total_shipping_tax_incl price
shipping_tax_computation_method int
total_wrapping_tax_excl price
total_wrapping_tax_incl price
shop_address text
note text
date_add instant
""",
    model="OrderInvoice",
    order="id_order, id",
)


ORDER_STATES: Final = resource(
    "order_states",
    "order_state",
    """
unremovable int =1
delivery int
hidden int
send_email int
module_name text
invoice int
color text
logable int
shipped int
paid int
pdf_delivery int
pdf_invoice int
deleted int
name i18n req
template i18n
""",
    model="OrderState",
)


ORDER_SLIP: Final = resource(
    "order_slip",
    "order_slip",
    """
id_customer id req >customers
id_order id req >orders
conversion_rate price req valid:isFloat
amount price
amount_tax_incl price
date_add instant
date_upd instant
""",
    model="OrderSlip",
)


BOOKING_EXTRA_DEMANDS: Final = resource(
    "booking_extra_demands",
    "extra_demand",
    """
id_htl_booking id req
id_global_demand id req
id_option id
name text req
unit_price_tax_excl price
unit_price_tax_incl price
total_price_tax_excl price
total_price_tax_incl price
price_calc_method int
id_tax_rules_group id
tax_computation_method int =1
date_add instant
date_upd instant
""",
    list_node="extra_demands",
    model="HotelBookingDemands",
)
