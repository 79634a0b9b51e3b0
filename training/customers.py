"""Whose order it is: lines that share a customer number or a name belong to one customer."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def customer_of(lines: pd.DataFrame) -> pd.Series:
    """A key of each line's customer, the same for all lines tied by `buyer_id` or by the letters of `buyer_name`.

    The key depends on the customer's own numbers and names, not on the order of lines; missing when a line has neither.
    """
    name = lines["buyer_name"].str.normalize("NFKC").str.casefold().str.replace(r"[\W_]+", "", regex=True)
    ids = "id:" + lines["buyer_id"]
    names = "name:" + name.where(name != "")
    first, second = ids.fillna(names), names.fillna(ids)
    codes, keys = pd.factorize(pd.concat([first, second]))
    one, other = np.split(codes, 2)
    tied = one >= 0
    ties = coo_array((np.ones(tied.sum()), (one[tied], other[tied])), shape=(len(keys), len(keys)))
    _, part = connected_components(ties, directed=False)
    representative = pd.Series(keys, dtype="str").groupby(part).transform("min").to_numpy()
    found = np.append(representative, np.nan)[one] if len(keys) else np.full(len(lines), np.nan)
    return pd.Series(found, index=lines.index, name="customer", dtype="str")
