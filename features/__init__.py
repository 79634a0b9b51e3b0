"""An order line in, declared numbers out: reference data, order files, parties, and the signals built from them."""
