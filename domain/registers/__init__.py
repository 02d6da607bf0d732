"""What the city tells of its cameras and algorithms: the fields of each register and what must hold between them."""
