"""Notes coded on a Spark cluster (extra `spark`): `code_dataframe` for a DataFrame, `nlp-coder batch --engine spark` for files."""

from nlp_coder.spark.coding import code_dataframe

__all__ = ["code_dataframe"]
