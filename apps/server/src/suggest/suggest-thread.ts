/** The thread of the built-in suggester: a long text takes it a second and more, in which nobody else would be heard. */
import { answerQuestions } from '../thread.ts'
import { type BuiltInQuestion, suggestFitting } from './taking.ts'

answerQuestions((question: BuiltInQuestion) => suggestFitting(question))
