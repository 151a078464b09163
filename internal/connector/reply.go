package connector

import (
	"context"

	"github.com/emersion/go-smtp"

	"docket/domain/quarantine"
	"docket/internal/delivery"
)

// tell lets the sender of a quarantined message know: by mail where that is set up, else the sending server is told, which
// tells the sender. What a machine sent is answered by nobody, lest two machines go on for ever (RFC 3834). A ticket that
// lacks a file of the message is no reason to refuse it.
func (r *Receiver) tell(ctx context.Context, from string, raw []byte, v verdict) error {
	if v.cause == "" || v.automatic {
		return nil
	}
	said := texts[v.cause]
	if r.Replies != nil {
		sum, err := r.Digest(ctx, raw)
		if err == nil {
			_, err = r.Replies.Carry(ctx, delivery.Message{
				ID: "quarantine-" + cut(sum, 40), To: from, Subject: "Your application by mail / 您的郵件申請", Text: said.text,
				Language: "zh-Hant, en", Reply: true,
			})
		}
		if err == nil {
			return nil
		}
		r.Logger.WarnContext(ctx, "a sender could not be answered by mail; its server is told", "error", err)
	}
	return said.answer
}

// said is what a sender hears, by mail or from their server.
type said struct {
	text   string
	answer *smtp.SMTPError
}

const seen = "\nA person will look at it. 將由工作人員查看。\n"

func answer(code int, enhanced smtp.EnhancedCode, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

var texts = map[quarantine.Cause]said{
	quarantine.Oversized: {
		"Your message is larger than is taken; only its beginning was kept. 您的郵件過大，僅保留開頭部分。" + seen,
		answer(552, smtp.EnhancedCode{5, 3, 4}, "larger than is taken; its beginning is kept for a person to look at"),
	},
	quarantine.Unparseable: {
		"Your message could not be read. 您的郵件無法讀取。" + seen,
		answer(554, smtp.EnhancedCode{5, 6, 0}, "cannot be read; it is kept for a person to look at"),
	},
	quarantine.NoTemplate: {
		"Your application could not be opened by itself. 您的申請未能自動立案。" + seen,
		answer(554, smtp.EnhancedCode{5, 7, 0}, "no application could be opened; it is kept for a person to look at"),
	},
	quarantine.Reused: {
		"Another message has come with the same Message-ID. 已收到相同編號的另一郵件。" + seen,
		answer(554, smtp.EnhancedCode{5, 6, 0}, "another message had this Message-ID; it is kept for a person to look at"),
	},
	quarantine.Attachment: {
		"Your application is open, but a file of it was not taken. 申請已立案，但有附件未被接收。" + seen,
		answer(554, smtp.EnhancedCode{5, 6, 1}, "the application is open, but a file was not taken; send it in another form"),
	},
}
