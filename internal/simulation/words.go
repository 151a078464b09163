package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"docket/internal/serviceitems"
)

// The words that texts are made of. What is asked for are real service items; everybody and everything else is made up.
var (
	surnames = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕")
	given    = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 建华 文博 雅婷 志强 美玲 国华 淑芬 子墨 思妤 欣怡 宇航 嘉豪 雨桐 晓东 海燕 春梅 振宇 丽华")
	streets  = strings.Fields("人民路 解放街 建设路 和平街 中山路 文化路 新华街 滨江路 金安大道 广场路 迎宾大道 环城东路")

	openings = []string{
		"申请人到窗口咨询并申请办理%s。", "来电咨询%s的办理条件及所需材料。", "申请办理%s，已告知办理时限。", "委托代办%s，委托书已核对。",
		"反映%s办理进度缓慢，请尽快核实。", "通过网上平台提交%s申请。",
	}
	details = []string{
		"材料齐全，符合法定形式。", "需补充身份证明复印件一份。", "申请人住%s%d号，联系电话已登记。", "已当面说明流程与收费标准。",
		"原件已核验，复印件留存。", "申请人要求加急处理。", "营业执照经营范围已核对。",
	}
	works = []string{
		"已电话联系申请人核实情况，资料属实。", "已与主管部门沟通，等待回复意见。", "已录入业务系统并核对数据。", "现场核查完毕，情况与申请一致。",
		"已制作审批文书，待签发。", "已通知申请人补交材料。", "已查阅历史档案，未见重复登记。", "已会同相关科室研究处理意见。",
	}
	results    = []string{"核对无误", "已办结", "符合条件", "已补正"}
	summaries  = []string{"已按规定办理完毕，结果已登记。", "申请事项已办结，证照已制作。", "已答复申请人并解释政策依据。", "经核实处理，问题已解决。"}
	deliveries = []string{"您申请的事项已办结，可携带身份证到窗口领取。", "您的诉求已处理完毕，感谢您的支持。", "证照已制作完成，将按您选择的方式送达。"}
	opinions   = []string{"资料准确，流程合规，内容完整，同意。", "经审核，符合规定，同意办结。", "核对无误，同意。"}
	faults     = []string{"证件号码录入有误", "缺少经办人签字", "办理依据引用不准确", "附件页数与清单不符", "日期填写错误"}
	pauses     = []string{"等待申请人补交材料", "等待主管部门回复", "等待现场勘验结果"}
	notes      = []string{"材料随件移交，请接续办理。", "本人轮岗，请接手后续核对。", "涉及贵方专业范围，请协助办理。"}
	refusals   = []string{"材料缺页，请补齐后再移交。", "手上待办较多，请另行安排。"}
	grounds    = []string{"对处理结果不满意，认为依据不足。", "办理结果与申请内容不符，请求复核。"}
)

func fullName(rng *rand.Rand) string { return pick(rng, surnames) + pick(rng, given) }

func pick[T any](rng *rand.Rand, of []T) T { return of[rng.IntN(len(of))] }

// phone is a mobile number of the shape that China's have.
func phone(rng *rand.Rand) string {
	return fmt.Sprintf("1%d%09d", pick(rng, []int{3, 5, 7, 8, 9}), rng.IntN(1_000_000_000))
}

// bankCard ends with its check digit.
func bankCard(rng *rand.Rand) string {
	digits := []byte("622202")
	for len(digits) < 18 {
		digits = append(digits, byte('0'+rng.IntN(10)))
	}
	sum := 0
	for i, d := range digits { // the check digit comes behind, so that every second one, from the last, counts double
		n := int(d - '0')
		if (len(digits)-i)%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return string(digits) + string(byte('0'+(10-sum%10)%10))
}

func item(rng *rand.Rand) string { return pick(rng, serviceitems.All()).Name }

// matter is what a ticket is about, in some sentences.
func matter(rng *rand.Rand, title string) string {
	text := fmt.Sprintf(pick(rng, openings), title)
	for range 1 + rng.IntN(3) {
		d := pick(rng, details)
		if strings.Contains(d, "%s") {
			d = fmt.Sprintf(d, pick(rng, streets), 1+rng.IntN(300))
		}
		text += d
	}
	return text
}
