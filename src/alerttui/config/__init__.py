"""What the user set: places, profiles and preferences."""
