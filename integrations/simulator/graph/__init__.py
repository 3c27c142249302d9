"""The Graph API as far as it is played: one module per kind of object."""
