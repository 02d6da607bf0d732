"""Files of any packing into chunks of text; what is damaged stops here, with file and line."""
