"""ISIC Rev. 4: the sections, with their names in English and Russian."""

SECTIONS: dict[str, tuple[str, str]] = {
    "A": ("Agriculture, forestry and fishing", "Сельское, лесное и рыбное хозяйство"),
    "B": ("Mining and quarrying", "Добыча полезных ископаемых"),
    "C": ("Manufacturing", "Обрабатывающая промышленность"),
    "D": (
        "Electricity, gas, steam and air conditioning supply",
        "Электричество, газ, пар и кондиционирование",
    ),
    "E": (
        "Water supply; sewerage, waste management and remediation activities",
        "Водоснабжение, канализация, сбор и переработка отходов",
    ),
    "F": ("Construction", "Строительство"),
    "G": (
        "Wholesale and retail trade; repair of motor vehicles and motorcycles",
        "Оптовая и розничная торговля, ремонт автомобилей и мотоциклов",
    ),
    "H": ("Transportation and storage", "Транспорт и складское хозяйство"),
    "I": ("Accommodation and food service activities", "Гостиницы и общественное питание"),
    "J": ("Information and communication", "Информация и связь"),
    "K": ("Financial and insurance activities", "Финансы и страхование"),
    "L": ("Real estate activities", "Недвижимость"),
    "M": (
        "Professional, scientific and technical activities",
        "Профессиональная, научная и техническая деятельность",
    ),
    "N": ("Administrative and support service activities", "Административные и вспомогательные услуги"),
    "O": (
        "Public administration and defence; compulsory social security",
        "Государственное управление, оборона, обязательное социальное обеспечение",
    ),
    "P": ("Education", "Образование"),
    "Q": ("Human health and social work activities", "Здравоохранение и социальные услуги"),
    "R": ("Arts, entertainment and recreation", "Искусство, развлечения и отдых"),
    "S": ("Other service activities", "Прочие услуги"),
    "T": (
        "Activities of households as employers; undifferentiated goods- and services-producing activities of"
        " households for own use",
        "Домашние хозяйства как работодатели и производство для собственных нужд",
    ),
    "U": ("Activities of extraterritorial organizations and bodies", "Международные организации"),
}


def is_sector(code: str) -> bool:
    return code in SECTIONS


def sector_name(code: str) -> str:
    """In English; the code itself where it is none."""
    return SECTIONS[code][0] if code in SECTIONS else code
