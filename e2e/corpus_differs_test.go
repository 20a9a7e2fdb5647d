package e2e

// corpusDiffers has the steps that are known to give something else than directly, with
// the cause. A step that has become equal is to be taken out.
var corpusDiffers = map[string]string{}
