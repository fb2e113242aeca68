"""DA/T 70-2018, item by item: packages made on the spot, sound and faulty, and what is said."""
