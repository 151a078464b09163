package record

// Response describes an event message that is not the stored one as it is:
// with a link resolved, ids as text, or a retry count.
type Response struct {
	Event    []byte // stored event; nil if the target of Link is gone
	Link     []byte // stored link event that led here, or nil
	TextIDs  bool   // uuid_option string
	Retries  int32  // redeliveries so far
	Counted  bool   // send Retries: a persistent subscription's message
	Position uint64 // commit position of the link, or of the event
}

// Encode builds the ReadResp message.
func (r Response) Encode() ([]byte, error) {
	event, err := r.body(r.Event)
	if err != nil {
		return nil, err
	}
	link, err := r.body(r.Link)
	if err != nil {
		return nil, err
	}
	size := 1 + uvarintLen(r.Position)
	if r.Event != nil {
		size += bytesLen(len(event))
	}
	if r.Link != nil {
		size += bytesLen(len(link))
	}
	if r.Counted {
		size += 1 + uvarintLen(uint64(r.Retries))
	}
	b := make([]byte, 0, bytesLen(size))
	b = putUvarint(append(b, tagRespEvent), uint64(size))
	if r.Event != nil {
		b = putBytes(b, tagEvent, event)
	}
	if r.Link != nil {
		b = putBytes(b, tagLink, link)
	}
	b = putNumber(b, tagPosition, r.Position)
	if r.Counted {
		b = putNumber(b, tagRetries, uint64(r.Retries))
	}
	return b, nil
}

func (r Response) body(raw []byte) ([]byte, error) {
	if raw == nil {
		return nil, nil
	}
	body, err := Body(raw)
	if err != nil || !r.TextIDs {
		return body, err
	}
	id, err := field(body, tagID)
	if err != nil {
		return nil, err
	}
	parsed, err := parseStructured(id)
	if err != nil {
		return nil, err
	}
	text := parsed.String()
	out := make([]byte, 0, len(body)+len(text))
	out = putUvarint(append(out, tagID), uint64(bytesLen(len(text))))
	out = putBytes(out, tagString, text)
	return append(out, body[bytesLen(len(id)):]...), nil
}
