"""What is published: the closed list of tables, and the rules that every number in them keeps."""
