"""What a hotel offers: hotels, room types, rooms, services, seasonal prices, facilities (API.md, section 5)."""

from typing import Final

from hotel_agent.emulators.qloapps.fields import Association, linked, resource

HOTELS: Final = resource(
    "hotels",
    "hotel",
    """
phone text dyn unmarked
address text dyn unmarked
id_country id dyn unmarked >countries
id_state id dyn unmarked >states
city text dyn unmarked
zipcode text dyn unmarked
id_default_image picture dyn
use_global_max_order_date number dyn unmarked =1
max_order_date date dyn unmarked
use_global_preparation_time number dyn unmarked =1
preparation_time date dyn unmarked
id_category id
email text
rating int
check_in text =12:00
check_out text =11:00
active int =1
latitude text =0.00000000
longitude text =0.00000000
map_formated_address text
map_input_text text
active_refund int
id_address id hide
country text hide
state text hide
date_add instant
date_upd instant
policies i18n
hotel_name i18n req
description i18n
short_description i18n
""",
    Association("room_types", "room_types", "SELECT id FROM room_types WHERE id_hotel = :id ORDER BY id", "room_types"),
    linked("images", "image"),
    linked("hotel_features", "hotel_feature"),
    linked("hotel_refund_rules", "hotel_refund_rule"),
    model="HotelBranchInformation",
    id_is_text=True,
)


_PRODUCT = """
id_hotel id dyn >hotels
adults int dyn =2
children int dyn
id_manufacturer id
id_supplier id
id_category_default id >categories =8
new null
cache_default_attribute id
id_default_image id dyn >images/room_types/{id}
id_tax_rules_group id >tax_rule_groups
position_in_category int dyn
type text dyn =virtual
id_shop_default id =1
reference text
supplier_reference text
location text
width price
height price
depth price
weight price
quantity_discount int
ean13 text
upc text
cache_is_pack int
cache_has_attachments int
is_virtual int =1
on_sale int
online_only int
ecotax price
minimal_quantity int =1
allow_multiple_quantity int
max_quantity int
price_calculation_method int
price price req
wholesale_price price
unity text
unit_price_ratio price
additional_shipping_cost price2
customizable int
text_fields int
uploadable_files int
active int =1
redirect_type text
id_product_redirected id
available_for_order int =1
available_date date
condition text =new
auto_add_to_cart int
price_addition_type int
show_at_front int =1
show_price int =1
indexed int =1
visibility text =both
advanced_stock_management int
date_add instant
date_upd instant
pack_stock_type int =3
meta_description i18n
meta_keywords i18n
meta_title i18n
link_rewrite i18n
name i18n req
description i18n
description_short i18n
available_now i18n
available_later i18n
"""


ROOM_TYPES: Final = resource(
    "room_types",
    "room_type",
    _PRODUCT,
    Association(
        "advance_payments",
        "advance_payment",
        "SELECT id, payment_type, tax_include, printf('%.6f', value) AS value, active, calculate_from FROM advance_payments"
        " WHERE id_product = :id ORDER BY id",
        "advance_payments",
    ),
    linked("categories", "category"),
    linked("images", "image", "images/room_types/{id}"),
    linked("room_type_features", "room_type_feature"),
    linked("tags", "tag"),
    Association("hotel_rooms", "hotel_room", "SELECT id FROM hotel_rooms WHERE id_product = :id ORDER BY id", "hotel_rooms"),
    Association(
        "feature_prices", "feature_price", "SELECT id FROM feature_prices WHERE id_product = :id ORDER BY id", "feature_prices"
    ),
    Association(
        "extra_demands",
        "extra_demand",
        "SELECT id_facility AS id FROM room_type_facilities WHERE id_product = :id ORDER BY id_facility",
        "extra_demands",
    ),
    Association(
        "services",
        "service",
        "SELECT id_service AS id, NULL AS price, NULL AS id_tax_rules_group FROM room_type_services"
        " WHERE id_product = :id ORDER BY id_service",
        "services",
    ),
    model="Product",
)


SERVICES: Final = resource(
    "services",
    "service",
    _PRODUCT,
    Association(
        "room_types",
        "room_type",
        "SELECT id_product AS id FROM room_type_services WHERE id_service = :id ORDER BY id_product",
        "room_types",
    ),
    model="Product",
)


HOTEL_ROOM_TYPES: Final = resource(
    "hotel_room_types",
    "hotel_room_type",
    """
id_product id req >room_types
id_hotel id req >hotels
adults int req valid:isUnsignedInt
children int req valid:isUnsignedInt
max_adults int req valid:isUnsignedInt
max_children int req valid:isUnsignedInt
max_guests int req valid:isUnsignedInt
min_los int valid:isUnsignedInt
max_los int valid:isUnsignedInt
date_add instant
date_upd instant
""",
    Association(
        "hotel_rooms",
        "hotel_room",
        "SELECT id FROM hotel_rooms WHERE id_product = :id_product AND id_hotel = :id_hotel ORDER BY id",
        "hotel_rooms",
    ),
    model="HotelRoomType",
    id_is_text=True,
)


HOTEL_ROOMS: Final = resource(
    "hotel_rooms",
    "room",
    """
id_product id req >products
id_hotel id ro >hotels
room_num text req
id_status int req valid:isUnsignedInt
floor text
comment text
date_add instant
date_upd instant
""",
    list_node="rooms",
    model="HotelRoomInformation",
    id_is_text=True,
)


FEATURE_PRICES: Final = resource(
    "feature_prices",
    "feature_price",
    """
id_product id req
id_cart id
id_guest id
id_room id
date_from date req
date_to date req
impact_way int req valid:isUnsignedInt
is_special_days_exists int valid:isUnsignedInt
date_selection_type int valid:isUnsignedInt
special_days null
impact_type int req valid:isUnsignedInt
impact_value price req
active int valid:isBool
date_add instant
date_upd instant
feature_price_name i18n req
""",
    linked("groups", "group"),
    model="HotelRoomTypeFeaturePricing",
)


HOTEL_REFUND_RULES: Final = resource(
    "hotel_refund_rules",
    "hotel_refund_rule",
    """
payment_type int req
deduction_value_full_pay price req
deduction_value_adv_pay price req
days price req
date_add instant
date_upd instant
name i18n req
description i18n
""",
    model="HotelOrderRefundRules",
)


EXTRA_DEMANDS: Final = resource(
    "extra_demands",
    "extra_demand",
    """
price price req
id_tax_rules_group id
price_calc_method int
date_add instant
date_upd instant
name i18n req
""",
    Association(
        "demand_advance_options",
        "advance_option",
        "SELECT id FROM demand_advance_options WHERE id_global_demand = :id ORDER BY id",
        "demand_advance_options",
    ),
    model="HotelRoomTypeGlobalDemand",
)


DEMAND_ADVANCE_OPTIONS: Final = resource(
    "demand_advance_options",
    "advance_option",
    """
id_global_demand id req >extra_demands
price price req
date_add instant
date_upd instant
name i18n req
""",
    list_node="advance_options",
    model="HotelRoomTypeGlobalDemandAdvanceOption",
)


ADVANCE_PAYMENTS: Final = resource(
    "advance_payments",
    "advance_payment",
    """
id_product id req
payment_type int
tax_include int
value price
active int
calculate_from int
date_add instant
date_upd instant
""",
    model="HotelAdvancedPayment",
)
