"""The door: one command with verbs. It knows every room and holds no logic."""
