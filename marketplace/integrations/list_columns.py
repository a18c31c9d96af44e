"""The columns of the lists that a region may send: their names in three languages, in the order of the examples."""

from marketplace.integrations.csv_lists import Column

CLIENTS = (
    Column("identity_code", "henkilötunnus", "personbeteckning", "identity code",
           also=("hetu", "personal identity code", "personnummer")),
    Column("first_name", "etunimi", "förnamn", "first name", also=("etunimet", "given name")),
    Column("last_name", "sukunimi", "efternamn", "last name", also=("surname", "family name")),
    Column("municipality", "kotikunta", "hemkommun", "municipality", also=("kunta", "kommun", "home municipality")),
    Column("language", "asiointikieli", "kontaktspråk", "language", also=("kieli", "äidinkieli", "språk")),
    Column("address", "osoite", "adress", "address", also=("postiosoite", "postadress", "postal address")),
    Column("protected_address", "turvakielto", "spärrmarkering", "protected address"),
    Column("phone", "puhelin", "telefon", "phone", False, ("puhelinnumero", "telefonnummer", "phone number")),
    Column("email", "sähköposti", "e-post", "email", False, ("sähköpostiosoite", "e-postadress", "e-mail")),
    Column("unemployed_since", "työttömänä alkaen", "arbetslös sedan", "unemployed since",
           also=("työttömyyden alku", "työttömyys alkoi")),
    Column("benefit_days", "työmarkkinatukipäivät", "arbetsmarknadsstödsdagar", "benefit days",
           also=("tukipäivät", "stöddagar")),
    Column("caseworker", "työntekijän sähköposti", "handläggarens e-post", "caseworker email", False,
           ("työntekijä", "handläggare", "caseworker")),
)  # fmt: skip

PROVIDERS = (
    Column("business_id", "y-tunnus", "FO-nummer", "business id"),
    Column("name", "nimi", "namn", "name", also=("yrityksen nimi", "företagets namn", "company")),
    Column("legal_form", "yritysmuoto", "företagsform", "legal form", also=("oikeudellinen muoto",)),
    Column("vat_registered", "alv-rekisterissä", "i momsregistret", "vat registered", also=("alv", "moms", "vat")),
    Column("iban", "tilinumero", "kontonummer", "iban", also=("account number",)),
    Column("e_invoice_address", "verkkolaskuosoite", "e-fakturaadress", "e-invoice address", False),
    Column("email", "sähköposti", "e-post", "email", also=("sähköpostiosoite", "e-postadress", "e-mail")),
    Column("phone", "puhelin", "telefon", "phone", also=("puhelinnumero", "telefonnummer", "phone number")),
    Column("manager_name", "vastuuhenkilö", "ansvarsperson", "manager", also=("vastuuhenkilön nimi", "manager name")),
    Column("manager_email", "vastuuhenkilön sähköposti", "ansvarspersonens e-post", "manager email",
           also=("manager e-mail",)),
    Column("belongs_to", "konsernin y-tunnus", "koncernens FO-nummer", "group business id", False,
           ("kuuluu ryhmään", "belongs to")),
    Column("language", "kieli", "språk", "language", False, ("asiointikieli", "kontaktspråk")),
)  # fmt: skip

RETURNED = {
    "fi": ("rivi", "sarake", "syy"),
    "sv": ("rad", "kolumn", "orsak"),
    "en": ("line", "field", "reason"),
}
"""The columns that a list of errors has before the others; they are passed over when the mended file is sent again."""

PASSED_OVER = tuple(name for names in RETURNED.values() for name in names)
