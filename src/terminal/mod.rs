//! THE GLASS: bytes to cells to changed rows; keys and modes to bytes. Does no input or output.
// placeholder types: the real room is being merged

use serde::{Deserialize, Serialize};
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub cols: u16,
    pub rows: u16,
}
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {}
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {}
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {}
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MouseEvent {}
#[derive(Clone, Debug, Default)]
pub struct Grid {}
