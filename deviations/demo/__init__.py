"""The demo: invented, people-free reports played through the program's own services over two years."""
