"""Settings of a shop: money, languages, places, customer groups, taxes."""

from typing import Final

from hotel_agent.emulators.qloapps.fields import resource

CURRENCIES: Final = resource(
    "currencies",
    "currency",
    """
name text req max:32 valid:isGenericName
iso_code text req max:3 valid:isLanguageIsoCode
iso_code_num text max:3
blank int valid:isInt
sign text req max:8 valid:isGenericName
format int req valid:isUnsignedId
decimals int =1 valid:isBool
conversion_rate price req =1.0 valid:isUnsignedFloat
deleted int valid:isBool
active int =1 valid:isBool
""",
    model="Currency",
)


LANGUAGES: Final = resource(
    "languages",
    "language",
    """
name text req max:32 valid:isGenericName
iso_code text req max:2 valid:isLanguageIsoCode
language_code text max:5 valid:isLanguageCode
active int =1 valid:isBool
is_rtl int valid:isBool
date_format_lite text req =Y-m-d max:32 valid:isPhpDateFormat
date_format_full text req max:32 valid:isPhpDateFormat
""",
    model="Language",
)


COUNTRIES: Final = resource(
    "countries",
    "country",
    """
id_zone id req >zones
id_currency id >currencies
call_prefix int valid:isInt
iso_code text req max:3 valid:isLanguageIsoCode
active int =1 valid:isBool
contains_states int req valid:isBool
need_identification_number int req valid:isBool
need_zip_code int =1 valid:isBool
zip_code_format text valid:isZipCodeFormat
display_tax_label int req valid:isBool
name i18n req
""",
    model="Country",
)


STATES: Final = resource(
    "states",
    "state",
    """
id_zone id req >zones
id_country id req >countries
iso_code text req max:7 valid:isStateIsoCode
name text req max:32 valid:isGenericName
active int =1 valid:isBool
""",
    model="State",
)


GROUPS: Final = resource(
    "groups",
    "group",
    """
reduction price2 valid:isFloat
price_display_method int req =1 valid:isPriceDisplayMethod
show_prices int =1 valid:isBool
date_add instant
date_upd instant
name i18n req
""",
    model="Group",
)


TAX_RULE_GROUPS: Final = resource(
    "tax_rule_groups",
    "tax_rule_group",
    """
name text req max:64 valid:isGenericName
active int =1 valid:isBool
deleted int valid:isBool
rate price hide
id_tax id hide
date_add instant
date_upd instant
""",
    model="TaxRulesGroup",
)


TAXES: Final = resource(
    "taxes",
    "tax",
    """
rate dec3 req valid:isFloat
active int =1
deleted int
name i18n req
""",
    model="Tax",
)
