"""Signals of what will run on the chips: tenants, training for others, weapons and military uses, supercomputers.

Policy statement on AI training of 13 May 2025; 15 CFR 744.6, 744.22, 744.23 (regulation 1.4).
"""

from __future__ import annotations

import pandas as pd

from features.declare import any_of, feature
from features.end_use import spoken_of
from features.known import Known
from features.lines import of_the_site
from features.places import any_in_d5_or_macau, in_d5_or_macau


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="tenants-d5-macau",
    fields=("iaas_customer_hq_countries", "iaas_provider"),
    revision=1,
)
def cloud_with_tenants_in_d5_or_macau(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The site rents computing to tenants headquartered in D:5 or Macau; not evaluated while they are not stated.

    Who rents out nothing has no tenants: no.
    """
    tenants = any_in_d5_or_macau(of_the_site(lines, "iaas_customer_hq_countries"), lines["order_date"], known)
    rents_out = of_the_site(lines, "iaas_provider").astype("boolean")
    return tenants.mask((~rents_out).fillna(False) & tenants.isna(), False)


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="model-training-for-others",
    fields=("end_use_text",),
    revision=1,
)
def end_use_speaks_of_training_for_others(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The end use speaks of training models for others; not evaluated without words of end use."""
    return _spoken_of(lines, known)["training_for_others"]


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="military-end-use",
    fields=("end_use_text",),
    revision=1,
)
def end_use_speaks_of_weapons_or_military(lines: pd.DataFrame, known: Known) -> pd.Series:
    """The end use speaks of weapons, armed forces or military intelligence; not evaluated without words of end use."""
    said = _spoken_of(lines, known)
    return said["weapons"] | said["military_intelligence"] | said["military"]


@feature(
    kind="flag",
    unit="yes/no",
    risk="rises",
    flag="supercomputer-developer",
    fields=("end_use_text", "hq_country", "ultimate_parent_country", "destination_country"),
    revision=1,
)
def a_supercomputer_or_advanced_node_serves_d5_or_macau(lines: pd.DataFrame, known: Known) -> pd.Series:
    """A supercomputer or advanced node is the end use, and D:5 or Macau is near; not evaluated while one is open.

    Near: destination, the end user's country, headquarters or parent (15 CFR 744.23). Elsewhere such a use is ordinary.
    """
    said = _spoken_of(lines, known)
    near = ("destination_country", "end_user_country", "end_user_hq_country", "end_user_ultimate_parent_country")
    ties = any_of(in_d5_or_macau(lines[name], lines["order_date"], known) for name in near)
    return (said["supercomputer"] | said["advanced_node"]) & ties


def _spoken_of(lines: pd.DataFrame, known: Known) -> pd.DataFrame:
    return spoken_of(lines["end_use_text"], lines["order_date"], known.tables)


FEATURES = (
    cloud_with_tenants_in_d5_or_macau,
    end_use_speaks_of_training_for_others,
    end_use_speaks_of_weapons_or_military,
    a_supercomputer_or_advanced_node_serves_d5_or_macau,
)
