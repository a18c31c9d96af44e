"""The demonstration region: invented people and companies whose months are played through the portals' own use cases."""
