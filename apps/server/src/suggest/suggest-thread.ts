/** The thread on which suggestions are found and judged. */
import { answerQuestions } from '../thread.ts'
import { judgeOrSay, type Question } from './judging.ts'

answerQuestions((question: Question) => judgeOrSay(question))
