"""What people decide on and keep track of in a region: aspirations, and what is done about them."""
