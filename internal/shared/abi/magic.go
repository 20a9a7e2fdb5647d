package abi

// ImageMagic is what an [ImageHeader] begins with. This file is not part of plugins, so
// that the pattern is in no other place of a library.
var ImageMagic = [2]uint64{0x676d_4967_756c_7057, 0x9e37_79b9_7f4a_7c16}
