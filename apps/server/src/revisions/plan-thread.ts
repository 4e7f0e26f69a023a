/** The thread of `openPlanner`. */
import { answerQuestions } from '../thread.ts'
import { planNow } from './plan.ts'

answerQuestions(planNow)
