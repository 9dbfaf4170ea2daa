"""The domain of social lending: one package per stage of a loan's life. Knows no web."""
