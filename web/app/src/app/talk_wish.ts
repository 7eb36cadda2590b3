// Home was asked for a call, and the talk screen begins it: a wish of this page, not part of its address, so that no
// link from elsewhere opens anybody's microphone.
let wished = false;

export function wishToTalk(): void {
  wished = true;
}

// Whether there was a wish; it is fulfilled with that.
export function takeWishToTalk(): boolean {
  const was = wished;
  wished = false;
  return was;
}
