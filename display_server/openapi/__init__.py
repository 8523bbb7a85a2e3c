"""The OpenAPI 3.1 document, made from the commands and views themselves, so that it cannot say anything else."""
