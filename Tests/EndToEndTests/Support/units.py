"""Units of channels, as docs/formats/device-profile.md lists them, and exact conversion into the whole numbers that are stored."""

from fractions import Fraction

# Whole numbers of the stored unit in one of each unit: mW, mVA, mvar, mV, mA, mHz, mWh, millionths, m degC, ml/h, ml, g, s, Pa.
UNITS = {
    **{prefix + base: 1000 * factor
       for prefix, factor in (("", 1), ("k", 1000), ("M", 1_000_000))
       for base in ("W", "VA", "var", "Wh", "VAh", "varh")},
    "V": 1000, "A": 1000, "Hz": 1000, "degC": 1000, "C": 1000, "K": 1000,
    "%": 10_000, "Pct": 10_000, "1": 1_000_000, "J": Fraction(1000, 3600),
    "l/h": 1000, "m3/h": 1_000_000, "l": 1000, "m3": 1_000_000, "kg": 1000, "t": 1_000_000,
    "s": 1, "min": 60, "h": 3600, "Pa": 1, "mbar": 100, "bar": 100_000,
}
NUMBERS = ("operating_state", "error_flags", "warning_flags", "plug_state", "sg_ready_state", "phases")
SHARES = ("power_factor", "state_of_charge", "state_of_health", "coefficient_of_performance", "relative_power", "fuel_level")
TURNED = ("export", "production", "discharge")


def whole(value):
    """`value` as a whole number, halves away from zero."""
    number = int(abs(value) + Fraction(1, 2))
    return -number if value < 0 else number


def worth(unit):
    """How many whole numbers of the stored unit one `unit` is. The standard's models write units in several ways: WH, Varh, %WHRtg."""
    if unit in UNITS:
        return UNITS[unit]
    if unit.startswith("%"):
        return UNITS["%"]
    return {name.lower(): size for name, size in UNITS.items() if name[0] in "WVv"}[unit.lower()]


def stored(channel, number, unit):
    """What the store holds for `number`, a text or a fraction, in `unit`."""
    value = Fraction(number)
    if channel in NUMBERS:
        return whole(value)
    if channel.startswith("power_factor") and unit in ("Pct", "PF", None):
        # SunSpec says percent, some makers and newer models send the ratio; the smallest percentage that a device sends is above 1.01.
        unit = "%" if abs(value) > Fraction("1.01") else "1"
    if not unit:
        if not channel.startswith(SHARES):
            raise ValueError(f"{channel} has no unit")
        unit = "1"
    return whole(value * worth(unit))
