"""The field's own terms as plain values and tables of rules. Standard library only."""
