"""What English says for months, units, coins, abbreviations and signs."""

MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]  # fmt: skip
MONTH_OF = {
    **{name: index for index, name in enumerate(MONTHS, 1)},
    **{name[:3]: index for index, name in enumerate(MONTHS, 1)},
    "Sept": 9,
}
DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
        "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip
# sign → one, several, a hundredth, hundredths
COINS = {
    "$": ("dollar", "dollars", "cent", "cents"), "US$": ("US dollar", "US dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""), "₹": ("rupee", "rupees", "paisa", "paise"), "₩": ("won", "won", "", ""),
    "Rs.": ("rupee", "rupees", "paisa", "paise"),
    "USD": ("US dollar", "US dollars", "cent", "cents"), "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"), "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "JPY": ("yen", "yen", "", ""), "INR": ("rupee", "rupees", "paisa", "paise"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
}  # fmt: skip
SCALES = {"k": "thousand", "K": "thousand", "M": "million", "m": "million", "mn": "million", "B": "billion",
          "b": "billion", "bn": "billion", "T": "trillion", "tn": "trillion", "hundred": "hundred",
          "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion"}  # fmt: skip
UNITS = {
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "nm": ("nanometer", "nanometers"), "µm": ("micrometer", "micrometers"),
    "mi": ("mile", "miles"), "ft": ("foot", "feet"), "yd": ("yard", "yards"), "in": ("inch", "inches"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
    "mcg": ("microgram", "micrograms"), "µg": ("microgram", "micrograms"), "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"), "l": ("liter", "liters"), "L": ("liter", "liters"),
    "ml": ("milliliter", "milliliters"), "mL": ("milliliter", "milliliters"), "cl": ("centiliter", "centiliters"),
    "gal": ("gallon", "gallons"), "tsp": ("teaspoon", "teaspoons"), "tbsp": ("tablespoon", "tablespoons"),
    "km/h": ("kilometer per hour", "kilometers per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "mph": ("mile per hour", "miles per hour"), "m/s": ("meter per second", "meters per second"),
    "mpg": ("mile per gallon", "miles per gallon"), "m²": ("square meter", "square meters"),
    "m³": ("cubic meter", "cubic meters"), "km²": ("square kilometer", "square kilometers"),
    "cm²": ("square centimeter", "square centimeters"), "ft²": ("square foot", "square feet"),
    "sq ft": ("square foot", "square feet"), "sq m": ("square meter", "square meters"),
    "ha": ("hectare", "hectares"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "KB": ("kilobyte", "kilobytes"),
    "kB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"), "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"), "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"), "GW": ("gigawatt", "gigawatts"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "V": ("volt", "volts"), "mAh": ("milliamp hour", "milliamp hours"), "kcal": ("kilocalorie", "kilocalories"),
    "cal": ("calorie", "calories"), "ms": ("millisecond", "milliseconds"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "s": ("second", "seconds"), "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "h": ("hour", "hours"),
    "yr": ("year", "years"), "yrs": ("year", "years"), "dB": ("decibel", "decibels"),
    "hp": ("horsepower", "horsepower"),
    "px": ("pixel", "pixels"), "fps": ("frame per second", "frames per second"), "rpm": ("RPM", "RPM"),
    "bpm": ("beat per minute", "beats per minute"), "ppm": ("part per million", "parts per million"),
    "pp": ("percentage point", "percentage points"), "pt": ("point", "points"), "pts": ("point", "points"),
}  # fmt: skip
ALONE_NOT_A_UNIT = frozenset({"in", "m", "s", "h", "l", "g", "V", "W", "cal", "pp", "pt", "ha"})
# These keep the sentence going: the point is theirs.
ABBREVIATIONS = {
    "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miz", "Prof.": "Professor", "Gen.": "General", "Gov.": "Governor",
    "Sen.": "Senator", "Rep.": "Representative", "Capt.": "Captain", "Lt.": "Lieutenant", "Col.": "Colonel",
    "Sgt.": "Sergeant", "Rev.": "Reverend", "Hon.": "Honorable", "Pres.": "President", "Adm.": "Admiral",
    "Mt.": "Mount", "Ft.": "Fort", "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus",
    "vs": "versus", "cf.": "compare", "approx.": "approximately", "ca.": "about", "est.": "established",
    "Jr.": "Junior", "Sr.": "Senior", "Inc.": "Incorporated", "Ltd.": "Limited", "Corp.": "Corporation",
    "Co.": "Company", "Bros.": "Brothers", "Dept.": "Department", "dept.": "department", "Univ.": "University",
    "Govt.": "Government", "Ave.": "Avenue", "Blvd.": "Boulevard", "Rd.": "Road", "Ln.": "Lane", "Hwy.": "Highway",
    "Pkwy.": "Parkway", "Sq.": "Square", "Apt.": "Apartment", "Ste.": "Suite", "Bldg.": "Building",
    "Fig.": "Figure", "fig.": "figure", "Vol.": "Volume", "vol.": "volume", "Ch.": "Chapter", "ch.": "chapter",
    "Sec.": "Section", "sec.": "section", "pp.": "pages", "p.": "page", "ed.": "edition", "min.": "minimum",
    "max.": "maximum", "avg.": "average", "incl.": "including", "excl.": "excluding", "tel.": "telephone",
    "Tel.": "Telephone", "a.k.a.": "also known as", "aka": "also known as", "P.S.": "P S", "w/o": "without",
    "w/": "with", "b/c": "because", "ASAP": "A S A P", "FYI": "F Y I", "R.S.V.P.": "R S V P", "RSVP": "R S V P",
    "Ph.D.": "P H D", "PhD": "P H D", "M.D.": "M D", "B.A.": "B A", "M.A.": "M A", "B.Sc.": "B S C",
    "U.S.": "U S", "U.S.A.": "U S A", "U.K.": "U K", "E.U.": "E U", "U.N.": "U N", "D.C.": "D C", "N.Y.": "N Y",
    "L.A.": "L A", "A.D.": "A D", "B.C.": "B C", "BCE": "B C E", "et al.": "and others",
    "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", ".NET": "dot net", "AT&T": "A T and T",
    "TL;DR": "T L D R", "24/7": "twenty-four seven", "50/50": "fifty fifty", "20/20": "twenty twenty",
    "WWI": "World War one", "WWII": "World War two", "9/11": "nine eleven",
    "and/or": "and or", "H2O": "H two O", "CO2": "C O two", "4K": "four K",
    "8K": "eight K", "N/A": "not applicable", "n/a": "not applicable",
}  # fmt: skip
ABBREVIATIONS |= {
    short.capitalize(): long.capitalize() for short, long in ABBREVIATIONS.items() if short.islower() and len(short) > 3
}
STREETS = {"St.": "Street", "Dr.": "Drive"}
TITLES = {"St.": "Saint", "St": "Saint", "Dr.": "Doctor", "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus",
          "Ms": "Miz", "Mt": "Mount", "Prof": "Professor"}  # fmt: skip
SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "±": "plus or minus", "×": "times", "÷": "divided by", "≈": "about",
    "~": "about", "%": "percent", "§": "section", "¶": "paragraph", "©": "copyright", "°": "degrees", "→": "to",
    "@": "at", "¢": "cents", "²": "squared", "³": "cubed", "<": "is less than", ">": "is greater than", "½": "one half",
    "¼": "one quarter", "¾": "three quarters", "™": "", "®": "", "•": "", "←": "", "^": "to the power of",
    "|": "", "*": "", "_": "", "\\": "", "#": "hash", "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen",
    "₹": "rupees", "₩": "won", "µ": "micro", "{": "", "}": "", "[": "", "]": "",
}  # fmt: skip
FRACTIONS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 8: "eighth", 10: "tenth", 16: "sixteenth"}
ROMAN_CARDINALS = [
    "Chapter", "chapter", "Part", "part", "Act", "Scene", "Section", "Volume", "Vol", "Book", "Phase", "Type",
    "Level", "Stage", "Class", "Title", "Article", "Appendix", "War", "Bowl", "Rocky", "Rambo", "Star", "Final",
    "Fantasy", "Apollo", "Saturn", "Mark", "Windows", "Grade", "Unit", "Tier", "Zone",
]  # fmt: skip
ROOMS = [
    "Room", "room", "Flight", "flight", "Route", "route", "Highway", "highway", "Hwy", "Apartment", "Apt", "Suite",
    "bus", "Bus", "Interstate", "Area", "Boeing", "Gate", "Exit", "Unit", "Terminal", "Seat", "Row",
]  # fmt: skip
YEARS_AFTER = [
    "in", "since", "by", "of", "from", "until", "till", "to", "after", "before", "during", "around", "circa", "about",
    "year", "late", "early", "mid", "spring", "summer", "autumn", "fall", "winter", "class", "copyright", "©",
    "through", "and", "between",
] + [month.lower() for month in MONTHS]  # fmt: skip
