// Reads a scenario and plays it.
//
//     # a comment
//     model says "It is three o'clock. Anything else?"
//     model starts after 100ms
//     each word takes 20ms
//     model breaks off after 3 words
//     voice starts after 50ms
//     voice speaks at 1x
//     client listens                       (it takes sound; otherwise it only reads)
//     model is rules
//     there is no model
//     model calls call {"target":"Mom"}    its next answer, before those that it says; also: and calls
//     agent may call, sms                  besides what it may anyway
//     errand takes 2s                      a skill that counts each time, `errand`, and says "It is done."
//     what is remembered is "..."          of the person; what is said is kept then
//     keeping takes 2s                     also: keeping fails with "..."
//
//     at 0ms user says "what time is it"   also: user begins, to say something
//     it is a call                         (it takes sound at the pace of the ear, and may interrupt)
//     at 0ms agent announces "Hello."
//     at 400ms voice begins                also: goes on, pauses
//     at 500ms heard so far "wai"
//     at 900ms heard "wait a moment"
//     at 0ms hearing fails with "Bad recording."
//     at 400ms user interrupts
//     at 400ms user leaves
//     at 400ms the line is lost            also: the server dies
//     at 1s it goes on                     over another line, from what was left then
//
//     expect transcript "what time is it" by 0ms    also: no transcript
//     expect skipped by 0ms
//     expect first text by 100ms
//     expect first audio by 200ms
//     expect silence by 500ms              what was sent and not heard is taken back; also: no silence
//     expect no audio between 1s and 2s    also: audio between
//     expect at most 1.3s of sound by 1s   since the start; also: at least
//     expect reply "It is three o'clock." by 3s
//     expect interrupted reply by 500ms
//     expect failed reply "..." by 500ms
//     expect heard "It is"                 of the last reply
//     expect nothing after 500ms           until now
//     expect prompt has user "..."         of the last prompt; also assistant, system, skill
//     expect prompt lacks assistant "..."
//     expect prompt tells "..."            somewhere in the instructions
//     expect 4 prompts, the last without skills
//     expect 2 prompts by 3s
//     expect action call {"target":"Mom"}  of the last reply; also: to be confirmed; no action
//     expect errand ran 1 times by 2s
//     expect kept user "..."               also assistant
//     expect kept 1 exchanges by 2s
//     expect model prepared 2 times by 1s  for what somebody begins to say
//     expect model was prepared with assistant "..."   of the last of these; also without
//     expect model stopped by 500ms
//     expect over by 500ms
//
// Times count from the start. `by` moves the clock there; what is expected must have happened since
// the last action and not later.
#pragma once

#include <filesystem>

namespace repartee::scenarios {

// Fails the running test with the line that was not met.
void play(const std::filesystem::path& script);

}  // namespace repartee::scenarios
