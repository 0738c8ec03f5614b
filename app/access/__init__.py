"""Who may do what, and who did: workspaces, keys, roles, audit."""
