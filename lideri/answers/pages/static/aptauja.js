// The device is in a resident's hands: the way back leads to a closed door, until its owner opens it.
"use strict";
{
  const LOCK = "lideri-dienasgramata-aizslegta";
  try {
    if (document.body.hasAttribute("data-handed")) sessionStorage.setItem(LOCK, "1");
  } catch { /* storage is forbidden: the page behind is a page of the owner's, without anybody's data */ }
  // What was ticked is not shown to the next one who goes back.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.replace(location.href); });
  for (const form of document.forms) form.autocomplete = "off";
}
