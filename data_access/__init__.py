"""The only room that knows SQL and files of data: the record, the importers and the incident index."""
