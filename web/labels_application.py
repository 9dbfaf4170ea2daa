"""Words for what the application tells, on both sides of the house: ``label("income", line.kind)``."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

APPLICATION_LABELS: dict[str, dict[str, LazyString]] = {
    "adults": {
        "alone": _l("No other adult"),
        "spouse": _l("Spouse or registered partner"),
        "cohabitant": _l("Cohabiting partner"),
        "parents": _l("My own parent or parents"),
        "other_adult": _l("Another adult, who is not a partner"),
    },
    # What an amount of income is told for.
    "income-per": {
        "month": _l("One month"),
        "year": _l("One year"),
        "benefit_day": _l("One day of unemployment allowance"),
    },
    "income": {
        "wage": _l("Wage or salary"),
        "pension": _l("Pension"),
        "unemployment_allowance": _l("Unemployment allowance"),
        "sickness_allowance": _l("Sickness allowance"),
        "parental_allowance": _l("Parental allowance"),
        "student_grant": _l("Student grant"),
        "rehabilitation_allowance": _l("Rehabilitation allowance"),
        "housing_allowance": _l("Housing allowance"),
        "maintenance_received": _l("Child maintenance received"),
        "social_assistance": _l("Social assistance"),
        "business_income": _l("Business income"),
        "other_income": _l("Other income"),
    },
    "expense": {
        "rent": _l("Rent"),
        "home_loan": _l("Home loan"),
        "housing_company_charge": _l("Housing company charge"),
        "electricity": _l("Electricity and heating"),
        "water": _l("Water"),
        "home_insurance": _l("Home insurance"),
        "day_care": _l("Day care"),
        "commuting": _l("Travel to work"),
        "health_costs": _l("Health costs"),
        "maintenance_paid": _l("Child maintenance paid"),
        "other_expense": _l("Other expense"),
    },
    "asset": {
        "bank_account": _l("Money in bank accounts"),
        "own_home": _l("Own home"),
        "other_property": _l("Other property"),
        "vehicle": _l("Vehicle"),
        "securities": _l("Shares and funds"),
        "other_asset": _l("Other asset"),
    },
    "debt-basis": {
        "bank_loan": _l("Bank loan"),
        "consumer_credit": _l("Consumer credit"),
        "credit_card": _l("Credit card"),
        "instalment_purchase": _l("Instalment purchase"),
        "student_loan": _l("Student loan"),
        "home_loan": _l("Home loan"),
        "vehicle_loan": _l("Vehicle loan"),
        "rent_arrears": _l("Rent arrears"),
        "bills": _l("Unpaid bills"),
        "fine_or_compensation": _l("Fine or compensation"),
        "tax_or_public_charge": _l("Tax or other public charge"),
        "private_person": _l("Debt to a private person"),
        "other_debt": _l("Other debt"),
    },
    "debt-stage": {
        "on_time": _l("Paid on time"),
        "late": _l("Late"),
        "in_collection": _l("In collection"),
        "in_enforcement": _l("In enforcement"),
    },
}
