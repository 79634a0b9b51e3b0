"""An order book scored on several machines: parts that pass rows to each other by the key of a party."""
