"""Adoption: its history in numbers, its pace, its coverage."""
