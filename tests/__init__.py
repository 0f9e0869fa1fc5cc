"""The tests mirror the packages; each states a fact about the product."""
