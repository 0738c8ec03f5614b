"""How files are read: what their columns and names were taken for, remembered and changeable."""
