"""One function for each thing a person does: it asks who is there, then calls the rooms below."""
