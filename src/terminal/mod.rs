//! THE GLASS: bytes to cells to changed rows; keys and modes to bytes. Does no input or output.
